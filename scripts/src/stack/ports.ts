import { createServer } from 'node:net';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { findExecutable } from '../packages/find.js';

export interface PortNeed {
  readonly port: number;
  /** The setting that moves it elsewhere. */
  readonly setting: string;
  /** Address it will be bound to; undefined for all. */
  readonly host?: string;
}

/** @throws HermesError `port-in-use` or `port-denied`, which names the port, its holder where known, and the setting */
export async function assertPortsFree(needs: readonly PortNeed[]): Promise<void> {
  for (const need of needs) {
    const code = await tryPort(need);
    if (code === 'EADDRINUSE') {
      const holder = await holderOf(need.port);
      throw new HermesError(
        'port-in-use',
        `port ${need.port} is in use${holder ? ` by ${holder}` : ''}`,
        `stop what holds it, or choose another: ${need.setting}=${need.port + 1} make up`,
      );
    }
    if (code === 'EACCES') {
      throw new HermesError(
        'port-denied',
        `port ${need.port} needs more rights than this user has`,
        `run as root, or choose one above 1023: ${need.setting}=8443 make up`,
      );
    }
    if (code)
      throw new HermesError(
        'port-unusable',
        `port ${need.port} cannot be used (${code})`,
        `set ${need.setting}`,
      );
  }
}

function tryPort({ port, host }: PortNeed): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Name and pid of the process that listens on a port, where the system tells. */
async function holderOf(port: number): Promise<string | undefined> {
  if (!findExecutable('ss')) return undefined;
  const { stdout } = await execa('ss', ['-ltnpH', `sport = :${port}`], { reject: false });
  const match = /users:\(\("([^"]+)",pid=(\d+)/.exec(String(stdout));
  return match ? `${match[1]} (pid ${match[2]})` : undefined;
}
