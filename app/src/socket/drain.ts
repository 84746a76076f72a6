import { closeCode } from './close-code.js';
import type { Connection } from './connection.js';

/**
 * Sends every socket away with 1012, each at a random moment of the window, so that their reconnects do not come
 * together. Resolves when the window is over or all are gone.
 * @param window milliseconds
 */
export async function drainConnections(connections: ReadonlySet<Connection>, window: number): Promise<void> {
  await Promise.all(
    [...connections].map(
      (connection) =>
        new Promise<void>((resolve) => {
          setTimeout(() => {
            connection.close(closeCode.serviceRestart);
            resolve();
          }, Math.random() * window);
        }),
    ),
  );
}
