import { type ServerOptions, type ServerProcess, startServer } from './server-process.js';

/**
 * A real Redis on 127.0.0.1. What it has answered for survives a kill: with the usual `everysec` it may answer before
 * it writes while the disk is busy.
 */
export function startRedis(options: ServerOptions = {}): Promise<ServerProcess> {
  return startServer('redis', options, (port, dir) => ({
    program: 'redis-server',
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir],
      ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'always', ...(options.args ?? [])],
    ],
  }));
}
