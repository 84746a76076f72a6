import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.js';

export interface MosquittoOptions extends ServerOptions {
  /** More lines of mosquitto.conf(5), which hold for the one listener. */
  readonly config?: readonly string[];
  /** Whether clients need no name and password; true when not given. */
  readonly anonymous?: boolean;
}

/** A real Mosquitto on 127.0.0.1 that keeps sessions and queued messages over restarts. */
export function startMosquitto(options: MosquittoOptions = {}): Promise<ServerProcess> {
  return startServer('mqtt', options, (port, dir) => {
    const file = join(dir, 'mosquitto.conf');
    writeFileSync(file, `${configuration(port, dir, options).join('\n')}\n`);
    return { program: 'mosquitto', args: ['-c', file, ...(options.args ?? [])] };
  });
}

function configuration(port: number, dir: string, { anonymous = true, config = [] }: MosquittoOptions) {
  return [
    // As root it would become another user, who may not write here.
    'user root',
    'persistence true',
    `persistence_location ${dir}/`,
    // A change is on disk at once, so that a kill loses nothing that was acknowledged.
    'autosave_on_changes true',
    'autosave_interval 1',
    'max_queued_messages 0',
    `listener ${port} 127.0.0.1`,
    `allow_anonymous ${anonymous}`,
    ...config,
  ];
}
