import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';
import { quoted } from '../remote/quoted.js';
import type { Remote } from '../remote/remote.js';

export interface ByRegistry {
  /** Host and path, such as `registry.example.com/hermes`. */
  readonly registry: string;
  readonly images: readonly string[];
  /** Makes the images here, where the registry does not have all of them. */
  make(): Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Brings images to a host by a registry; each side sends or takes the layers alone that the other lacks. They have their
 * usual names there.
 * @returns what was taken, for the operator
 * @throws HermesError `image-not-pushed`, `image-not-pulled`, and what `make` throws
 */
export async function bringByRegistry(remote: Remote, wanted: ByRegistry): Promise<string> {
  const { registry, images, signal } = wanted;
  const first = await remote.run(pullScript(registry, images), { signal });
  if (first.code === 0) return taken(first.stdout);
  await wanted.make();
  for (const image of images) await push(registry, image, signal);
  const { code, stdout, stderr } = await remote.run(pullScript(registry, images), { signal });
  if (code === 0) return taken(stdout);
  throw new HermesError(
    'image-not-pulled',
    `the host cannot pull from ${registry}: ${lastLine(stderr || stdout)}`,
    `try there: docker login ${hostOf(registry)}`,
  );
}

/** The name of the registry goes again: the one without it is that of the release. */
const pullScript = (registry: string, images: readonly string[]): string =>
  images
    .map((image) => [quoted(image), quoted(`${registry}/${image}`)])
    .map(
      ([image, there]) =>
        `docker pull ${there} && docker tag ${there} ${image} && docker image rm ${there} >&2`,
    )
    .join(' && ');

async function push(registry: string, image: string, signal: AbortSignal): Promise<void> {
  const there = `${registry}/${image}`;
  const docker = (...args: string[]) => execa('docker', args, { reject: false, cancelSignal: signal });
  await docker('tag', image, there);
  const pushed = await docker('push', there);
  await docker('image', 'rm', there);
  signal.throwIfAborted();
  if (!pushed.failed) return;
  throw new HermesError(
    'image-not-pushed',
    `${image} cannot be pushed to ${registry}: ${lastLine(pushed.stderr)}`,
    `try: docker login ${hostOf(registry)}`,
  );
}

/** @param output of `docker pull`, a line for each change of each layer */
export function taken(output: string): string {
  const count = (state: string) => output.split('\n').filter((line) => line.endsWith(`: ${state}`)).length;
  const [pulled, there] = [count('Pull complete'), count('Already exists')];
  return `${pulled} of ${pulled + there} layers taken`;
}

const hostOf = (registry: string) => registry.split('/')[0];
