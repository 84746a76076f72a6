import { execa } from 'execa';
import { findExecutable } from '../packages/find.js';
import { canPin, pinned } from '../servers/pinned.js';

/** Seconds after which it ends by itself, should nobody be left to stop it: longer than any run. */
const longest = 330;

/**
 * Keeps the generator's core busy with what gives way to anything else. Two processors of a machine are often the two
 * threads of one core, each of which is slower while the other one works (RSA-4096: 244 signatures a second, or 176).
 * A slow server, which leaves the generator idle, would be measured at a speed that a fast one never has.
 * @returns stops it
 */
export function startBallast(): () => Promise<void> {
  if (!canPin() || !findExecutable('chrt')) return async () => {};
  const spinning = ['--idle', '0', 'timeout', String(longest), 'sh', '-c', 'while :; do :; done'];
  const { program, args } = pinned({ program: 'chrt', args: spinning }, 'generator');
  const running = execa(program, args, { reject: false });
  return async () => {
    running.kill();
    await running;
  };
}
