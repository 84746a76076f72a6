import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { ensureImage, imageOf } from '../containers/image.js';
import { lastLine } from '../last-line.js';

/** Which image is to be deployed, and how it comes about. */
export interface Wanted {
  readonly image: string;
  /** Builds it here, unless it is here. */
  build(signal: AbortSignal): Promise<void>;
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
  if (image) return { image, build: () => assertHere(image) };
  if (!ref) {
    const name = await imageOf(root);
    return { image: name, build: async (signal) => void (await ensureImage(root, name, signal)) };
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
  return { image: name, build: (signal) => buildRevision(root, found.stdout.trim(), name, signal) };
}

const refFault = (ref: string, said: string): HermesError =>
  /unknown revision|Needed a single revision|bad revision|ambiguous/i.test(said)
    ? new HermesError('ref-unknown', `REF=${ref} is no revision here`, '`git fetch` gets new ones')
    : new HermesError(
        'ref-without-git',
        `REF=${ref} needs git and a clone of the project: ${lastLine(said)}`,
        'leave REF away: the checkout is deployed as it is',
      );

async function buildRevision(
  root: string,
  revision: string,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-revision-'));
  try {
    await execa('git', ['archive', '--format=tar', revision], { cwd: root, buffer: false }).pipe('tar', [
      ...['-x', '-C', folder],
    ]);
    await ensureImage(folder, image, signal);
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
