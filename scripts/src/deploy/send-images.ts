import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';
import type { Remote } from '../remote/remote.js';

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
    throw new HermesError('image-not-sent', `the image cannot be sent: ${lastLine(String(sent.stderr))}`);
}

async function both(remote: Remote, program: string): Promise<boolean> {
  const here = await execa('sh', ['-c', `command -v ${program}`], { reject: false });
  return !here.failed && (await remote.run(`command -v ${program}`)).code === 0;
}
