import { mongodBinary } from './mongod-binary.js';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.js';

/** A real MongoDB on 127.0.0.1. */
export async function startMongod(options: ServerOptions = {}): Promise<ServerProcess> {
  const program = await mongodBinary();
  return startServer('mongodb', options, (port, dir) => ({
    program,
    args: [
      ...['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', dir, '--nounixsocket', '--quiet'],
      // Half of the machine's memory is the default.
      ...['--wiredTigerCacheSizeGB', '0.25', ...(options.args ?? [])],
    ],
  }));
}
