import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { HammerOrder, HammerReport } from './hammer-process.js';

const connections = 8;

/**
 * Makes full handshakes in a process of its own while the action goes on.
 * @param action given the number of handshakes up to now
 */
export async function hammerDuring(
  target: Pick<HammerOrder, 'port' | 'ca'>,
  action: (handshakes: () => number) => Promise<void>,
): Promise<HammerReport> {
  const child = fork(new URL('hammer-process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  let handshakes = 0;
  let report: HammerReport | undefined;
  child.on('message', (message: number | HammerReport) => {
    if (typeof message === 'number') handshakes = message;
    else report = message;
  });
  const ended = once(child, 'exit');
  try {
    child.send({ ...target, connections } satisfies HammerOrder);
    await Promise.race([once(child, 'message'), ended]);
    await action(() => handshakes);
    if (child.connected) child.send('stop');
    await ended;
    if (!report) throw new Error('the hammer ended without a report');
    return report;
  } finally {
    child.kill();
  }
}
