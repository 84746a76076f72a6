import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds for a container to listen that was started just before. */
const patience = 60_000;
const interval = 250;

/** Waits until a port of another container accepts connections, for some time and no longer. */
export async function awaitAccepting(host: string, port: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + patience;
  while (!signal.aborted && Date.now() < deadline && !(await accepts(host, port)))
    await pause(interval, undefined, { signal }).catch(() => {});
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: interval * 4 });
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}
