import { type ServerOptions, type ServerProcess, startServer } from './server-process.js';

/** A real Redis on 127.0.0.1. Its log of writes survives a kill, as that of a production server does. */
export function startRedis(options: ServerOptions = {}): Promise<ServerProcess> {
  return startServer('redis', options, (port, dir) => ({
    program: 'redis-server',
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir],
      ...['--save', '', '--appendonly', 'yes', ...(options.args ?? [])],
    ],
  }));
}
