import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../../app/src/settings/table.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import { mebibyte, needed } from '../containers/room.js';
import { isReplica } from '../stack/replicas.js';
import type { Status } from '../stack/status.js';
import { type Findings, fault, joined, right } from './findings.js';

/** Files that a process of the app has open besides its sockets: databases, logs, servers, clients that are served. */
const spareFiles = 64;

/** Whether the processes may open as many files as `MAX_CONNECTIONS` sockets take. */
export function checkOpenFiles(
  { processes }: Pick<Status, 'processes'>,
  { MAX_CONNECTIONS }: Settings,
): Findings {
  const looked = Object.entries(processes).flatMap(([name, { pid, alive }]) => {
    // A worker of nginx sets its own limit, which its configuration has; Traefik has a file for each side of a socket.
    const factor = isReplica(name) ? 1 : name === 'traefik' ? 2 : 0;
    const limit = factor > 0 && alive && pid !== null ? openFilesOf(pid) : undefined;
    return limit === undefined ? [] : [{ name, pid, limit, wanted: factor * MAX_CONNECTIONS + spareFiles }];
  });
  const low = looked.filter(({ limit, wanted }) => limit < wanted);
  if (low.length > 0)
    return joined(
      low.map(({ name, pid, limit, wanted }) =>
        fault(
          'OPEN_FILES_LOW',
          `${name} (pid ${pid}) may open ${limit} files, and MAX_CONNECTIONS=${MAX_CONNECTIONS} takes ${wanted}`,
        ),
      ),
    );
  const least = Math.min(...looked.map(({ limit }) => limit));
  return looked.length > 0
    ? right(`Open files: ${least}, enough for MAX_CONNECTIONS=${MAX_CONNECTIONS}`)
    : joined([]);
}

/** The limit in effect, from proc(5); undefined where the system does not tell. */
function openFilesOf(pid: number): number | undefined {
  try {
    const [, soft = ''] = /^Max open files +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? [];
    return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft) || undefined;
  } catch {
    return undefined;
  }
}

/** Files of a rendered configuration of Nginx that are looked at; one that is not there is undefined. */
export interface NginxFiles {
  /** `nginx.conf`. */
  readonly main: string | undefined;
  /** `snippets/proxy/websocket.conf`. */
  readonly websocket: string | undefined;
}

export function readNginx(folder: string): NginxFiles {
  const read = (...names: string[]) => {
    const path = join(folder, ...names);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  return { main: read('nginx.conf'), websocket: read('snippets', 'proxy', 'websocket.conf') };
}

/** What Nginx was told, by its rendered configuration, against what the settings need. */
export function checkNginx({ main = '', websocket = '' }: NginxFiles, settings: Settings): Findings {
  const connections = Number(/^\s*worker_connections (\d+);/m.exec(main)?.[1]);
  const wanted = 2 * settings.MAX_CONNECTIONS * settings.APP_REPLICAS;
  const idle = milliseconds(/^proxy_read_timeout (\S+);/m.exec(websocket)?.[1]);
  const { ping, pong } = deriveTimeouts(settings);
  return joined([
    ...(connections < wanted
      ? [
          fault(
            'WORKER_CONNECTIONS_LOW',
            `worker_connections is ${connections} in nginx.conf, and MAX_CONNECTIONS=${settings.MAX_CONNECTIONS} takes ${wanted}`,
          ),
        ]
      : connections >= wanted
        ? [right(`Connections of a worker of nginx: ${connections}`)]
        : []),
    ...(idle === undefined
      ? []
      : idle < ping + pong
        ? [
            fault(
              'IDLE_TIMEOUT_SHORT',
              `nginx cuts a silent socket after ${idle / 1_000} s, and a ping and its pong may take ${(ping + pong) / 1_000} s`,
            ),
          ]
        : [
            right(
              `Time limits: nginx bears ${idle / 1_000} s of silence, a ping comes every ${ping / 1_000} s`,
            ),
          ]),
  ]);
}

/** A time of nginx with one unit, as we render it. */
function milliseconds(text = ''): number | undefined {
  const [, digits, unit = ''] = /^(\d+)(ms|s|m|h)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 1_000);
}

/** Room where this stack writes. @param folders those that are not there yet are passed by */
export async function checkRoom(folders: readonly string[]): Promise<Findings> {
  const there = folders.filter((folder) => existsSync(folder));
  const rooms = await Promise.all(
    there.map(async (folder) => {
      const { bavail, bsize } = await statfs(folder);
      return { folder, free: Math.floor((bavail * bsize) / mebibyte) };
    }),
  );
  const full = rooms.filter(({ free }) => free < needed.project);
  if (full.length > 0)
    return joined(full.map(({ folder, free }) => fault('DISK_FULL', `${folder} has ${free} MiB left`)));
  return rooms.length > 0
    ? right(`Disk: ${Math.min(...rooms.map(({ free }) => free))} MiB left`)
    : joined([]);
}
