import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { execa } from 'execa';
import type { Remote } from './remote.js';

/** A port of this machine that leads to one that a host reaches. */
export interface Forwarded {
  readonly address: string;
  readonly port: number;
  close(): void;
}

/**
 * Leads a port of the loopback to a port as another host reaches it, each connection by its own `ssh -W` over the one
 * that is there. A host that forbids that (`AllowTcpForwarding no`) ends each at once: see `canForward`.
 */
export async function forward(remote: Remote, address: string, port: number): Promise<Forwarded> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    const child = spawn('ssh', remote.forwarding(address, port), { stdio: ['pipe', 'pipe', 'ignore'] });
    // Whichever side ends first, the other does, too.
    socket
      .on('error', () => child.kill())
      .on('close', () => {
        open.delete(socket);
        child.kill();
      });
    child.on('error', () => socket.destroy()).on('close', () => socket.end());
    child.stdin.on('error', () => {});
    socket.pipe(child.stdin);
    child.stdout.pipe(socket, { end: false });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Whether a host reaches a port, and lets it be led here. ssh says no more of a failure than that. */
export async function canForward(remote: Remote, address: string, port: number): Promise<boolean> {
  const { failed } = await execa('ssh', remote.forwarding(address, port), {
    stdin: 'ignore',
    reject: false,
    timeout: patience,
  });
  return !failed;
}

/** Milliseconds. */
const patience = 10_000;
