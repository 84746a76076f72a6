import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { doorTo } from './doors.js';
import { HermesError } from './errors.js';

/** For the owner, and for the group of the proxy. */
const mode = 0o660;

/**
 * Makes room for a Unix socket: takes away what a process left that was killed.
 * @throws HermesError `socket-in-use` where another process listens on it, or it is no socket
 */
export async function clearSocket(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket() || (await isListenedTo(path))) {
    throw new HermesError(
      'socket-in-use',
      `APP_SOCKET=${path} is ${there.isSocket() ? 'in use by another process' : 'something else than a socket'}`,
      'stop that process, or choose another path',
    );
  }
  rmSync(path, { force: true });
}

/**
 * Has a server of HTTP take connections from a Unix socket, besides those of its port; the file goes when it is closed.
 * @param path what `clearSocket` has made room for
 */
export function listenOnSocket(server: HttpServer, path: string): Promise<Server> {
  const door = doorTo(server);
  return new Promise((done, fail) => {
    door.once('error', ({ message }) => {
      fail(new HermesError('socket-in-use', `APP_SOCKET cannot be used: ${message}`, 'choose another path'));
    });
    door.listen(path, () => {
      chmodSync(path, mode);
      done(door);
    });
  });
}

function isListenedTo(path: string): Promise<boolean> {
  return new Promise((answer) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      answer(true);
    });
    probe.once('error', () => answer(false));
  });
}
