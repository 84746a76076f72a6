import { unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import type { DirectTls } from './direct.js';

/**
 * Serves replaced certificates to new handshakes, with no restart; open sockets keep theirs. Files are polled, because
 * a rename, a new link and a changed mount are then all seen. A pair that cannot be used (half replaced, say) is
 * reported, and the old one is served until a good one is there. Keys of session tickets stay, so sessions live on.
 * @param interval milliseconds between two looks
 * @returns a way to look at once, and a way to stop
 */
export function reloadOnChange(
  server: Server,
  { files, load }: DirectTls,
  report: { changed(): void; refused(error: unknown): void },
  interval = 1_000,
): { look(): void; stop(): void } {
  const look = () => {
    try {
      server.setSecureContext({ ...load(), ticketKeys: server.getTicketKeys() });
      report.changed();
    } catch (error) {
      report.refused(error);
    }
  };
  const paths = [...new Set([files.certFile, files.keyFile])];
  for (const path of paths) watchFile(path, { interval, persistent: false }, look);
  return {
    look,
    stop: () => {
      for (const path of paths) unwatchFile(path, look);
    },
  };
}
