import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { ensureImage, imageOf } from '../containers/image.js';
import { lastLine } from '../last-line.js';
import { ensureSiblings } from './siblings.js';

/** Which image is to be deployed, and how it comes about. */
export interface Wanted {
  readonly image: string;
  /**
   * Builds it here, unless it is here.
   * @param settings of a release, whose further images are built, too, from the same sources
   */
  build(signal: AbortSignal, settings?: Settings): Promise<void>;
}

/**
 * @param ref revision of git; absent: the checkout as it is
 * @param image that was built elsewhere, instead of either
 * @throws HermesError `ref-unknown`
 */
export async function wantedImage(
  root: string,
  { ref, image }: { ref?: string; image?: string },
): Promise<Wanted> {
  if (image)
    return {
      image,
      build: async (signal, settings) => {
        await assertHere(image);
        if (settings) await ensureSiblings(root, image, settings, signal);
      },
    };
  if (!ref) {
    const name = await imageOf(root);
    return { image: name, build: (signal, settings) => buildFrom(root, name, signal, settings) };
  }
  const found = await execa(
    'git',
    ['rev-parse', '--short=12', '--verify', '--end-of-options', `${ref}^{commit}`],
    {
      cwd: root,
      reject: false,
    },
  );
  if (found.failed) throw refFault(ref, String(found.stderr ?? found.shortMessage));
  const name = `monitor-hermes:${found.stdout.trim()}`;
  return {
    image: name,
    build: (signal, settings) =>
      inRevision(root, found.stdout.trim(), (folder) => buildFrom(folder, name, signal, settings)),
  };
}

const refFault = (ref: string, said: string): HermesError =>
  /unknown revision|Needed a single revision|bad revision|ambiguous/i.test(said)
    ? new HermesError('ref-unknown', `REF=${ref} is no revision here`, '`git fetch` gets new ones')
    : new HermesError(
        'ref-without-git',
        `REF=${ref} needs git and a clone of the project: ${lastLine(said)}`,
        'leave REF away: the checkout is deployed as it is',
      );

async function buildFrom(
  sources: string,
  image: string,
  signal: AbortSignal,
  settings: Settings | undefined,
): Promise<void> {
  await ensureImage(sources, image, signal);
  if (settings) await ensureSiblings(sources, image, settings, signal);
}

/** @param action is given a folder with that revision, which is gone afterwards */
async function inRevision(
  root: string,
  revision: string,
  action: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-revision-'));
  try {
    await execa('git', ['archive', '--format=tar', revision], { cwd: root, buffer: false }).pipe('tar', [
      ...['-x', '-C', folder],
    ]);
    await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function assertHere(image: string): Promise<void> {
  const known = await execa('docker', ['image', 'inspect', '--format', '{{.Id}}', image], { reject: false });
  if (known.failed)
    throw new HermesError(
      'image-missing',
      `the image ${image} is neither here nor on the host`,
      `try: docker pull ${image}`,
    );
}
