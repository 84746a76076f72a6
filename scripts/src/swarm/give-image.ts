import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';
import { ask, type SwarmEngine } from './engine.js';

/**
 * Sends an image from the engine of this host to another, unless it is there: an image is named by its revision.
 * @throws HermesError `image-not-sent`
 */
export async function giveImage(engine: SwarmEngine, image: string, interrupted: AbortSignal): Promise<void> {
  if (await ask(engine, ['image', 'inspect', '--format', '{{.Id}}', image]).catch(() => '')) return;
  const options = { reject: false, cancelSignal: interrupted } as const;
  const save = execa('docker', ['save', image], { ...options, stdin: 'ignore', buffer: { stdout: false } });
  const load = await save.pipe('docker', ['load'], { ...options, env: engine.environment });
  if (!load.failed && !(await save).failed) return;
  interrupted.throwIfAborted();
  const line = lastLine(load.stderr || (await save).stderr);
  throw new HermesError('image-not-sent', `${image} cannot be sent to the node: ${line}`);
}
