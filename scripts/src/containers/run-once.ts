import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';

/**
 * Runs a program of an image to its end, without a network.
 * @returns both outputs
 * @throws HermesError `image-missing`, or what `explain` makes of the outputs
 */
export async function runOnce(
  image: string,
  options: readonly string[],
  words: readonly string[],
  explain: (output: string) => HermesError | undefined = () => undefined,
): Promise<string> {
  const [program = '', ...args] = words;
  const command = ['run', '--rm', '--network=none', `--entrypoint=${program}`, ...options, image, ...args];
  const { failed, all } = await execa('docker', command, { all: true, reject: false, stdin: 'ignore' });
  if (!failed) return all;
  throw (
    explain(all) ??
    new HermesError('image-missing', `${image} cannot be run: ${lastLine(all)}`, `try: docker pull ${image}`)
  );
}
