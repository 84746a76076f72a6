import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Remote } from '../remote/remote.js';
import type { SwarmEngine } from './engine.js';

export interface Tunnel {
  readonly engine: SwarmEngine;
  close(): void;
}

/**
 * Makes the engine of another host answer at a socket of this one, which only its user may enter. Nothing listens there,
 * and no port is opened: each connection is a `docker system dial-stdio` over ssh, as Docker's own ssh:// has it, but on
 * the connection that is there, whose host key is known.
 * @param address at which the ports of that host answer
 */
export async function tunnelTo(remote: Remote, address: string): Promise<Tunnel> {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-docker-'));
  const path = join(folder, 's');
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    const child = spawn('ssh', remote.arguments('exec docker system dial-stdio'), {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // Whichever side ends first, the other does, too.
    socket.on('error', () => child.kill()).on('close', () => open.delete(socket));
    child.on('error', () => socket.destroy()).on('close', () => socket.end());
    child.stdin.on('error', () => {});
    socket.pipe(child.stdin);
    child.stdout.pipe(socket, { end: false });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  return {
    engine: { environment: { DOCKER_HOST: `unix://${path}`, DOCKER_CONTEXT: '' }, address },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
