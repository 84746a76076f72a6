import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { ensureImage, imageOf } from '../containers/image.js';
import type { Remote } from '../remote/remote.js';

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
  if (found.failed)
    throw new HermesError('ref-unknown', `REF=${ref} is no revision here`, '`git fetch` gets new ones');
  const name = `monitor-hermes:${found.stdout.trim()}`;
  return { image: name, build: (signal) => buildRevision(root, found.stdout.trim(), name, signal) };
}

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

/**
 * Sends images, compressed; the host's engine takes the layers that it does not have.
 * @throws HermesError `image-not-sent`
 */
export async function sendImages(
  remote: Remote,
  images: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const zstd = await both(remote, 'zstd');
  const [pack, unpack] = zstd ? [['zstd', '-q', '-T0', '-3'], 'zstd -qd'] : [['gzip', '-1'], 'gzip -d'];
  const [program = '', ...args] = pack;
  const quiet = { buffer: false, stdout: 'pipe', cancelSignal: signal } as const;
  const sent = await execa('docker', ['save', ...images], quiet)
    .pipe(program, args, quiet)
    .pipe('ssh', remote.arguments(`${unpack} | docker load`), { reject: false, cancelSignal: signal })
    .catch((error: { stderr?: string }) => ({ failed: true, stderr: String(error.stderr ?? error) }));
  signal.throwIfAborted();
  if (sent.failed)
    throw new HermesError(
      'image-not-sent',
      `the image cannot be sent: ${String(sent.stderr).trim().split('\n').at(-1)}`,
    );
}

async function both(remote: Remote, program: string): Promise<boolean> {
  const here = await execa('sh', ['-c', `command -v ${program}`], { reject: false });
  return !here.failed && (await remote.run(`command -v ${program}`)).code === 0;
}
