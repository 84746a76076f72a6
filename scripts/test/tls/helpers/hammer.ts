import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { HammerOrder, HammerReport } from './hammer-process.js';

const connections = 8;

/** Makes full handshakes in a process of its own while the action goes on. */
export async function hammerDuring(
  target: Pick<HammerOrder, 'port' | 'ca'>,
  action: () => Promise<void>,
): Promise<HammerReport> {
  const child = fork(new URL('hammer-process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  try {
    child.send({ ...target, connections } satisfies HammerOrder);
    await nextMessage(child);
    await action();
    child.send('stop');
    for (;;) {
      const message = await nextMessage(child);
      if (typeof message === 'object') return message as HammerReport;
    }
  } finally {
    child.kill();
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('the hammer ended without a report');
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}
