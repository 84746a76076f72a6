import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp } from 'node:net';
import { join } from 'node:path';
import { type ServerProcess, startServer } from '../../../../app/test/helpers/servers/server-process.js';

const started: { close(): unknown; closeAllConnections?(): void }[] = [];

/** A web server on one address. */
export async function serve(address: string, port: number, answer: RequestListener): Promise<void> {
  await listen(createHttp(answer), address, port);
}

/** One whose certificate nobody trusts. */
export async function serveUntrusted(
  address: string,
  port: number,
  files: { readonly cert: string; readonly key: string },
  answer: RequestListener,
): Promise<void> {
  const options = { cert: readFileSync(files.cert), key: readFileSync(files.key) };
  await listen(createHttps(options, answer), address, port);
}

/** Takes connections, and never says a word. */
export async function keepSilent(address: string, port: number): Promise<void> {
  await listen(
    createTcp((socket) => socket.on('error', () => {})),
    address,
    port,
  );
}

async function listen(
  server: Server | ReturnType<typeof createTcp>,
  address: string,
  port: number,
): Promise<void> {
  server.listen(port, address);
  await once(server, 'listening');
  started.push(server);
}

export function closeServers(): void {
  for (const server of started.splice(0)) {
    server.close();
    server.closeAllConnections?.();
  }
}

/** A real nginx on 127.0.0.1 that serves the files of a folder. */
export function startNginx(port: number, folder: string): Promise<ServerProcess> {
  return startServer('http', { port }, (_, dir) => {
    chmodSync(folder, 0o755);
    writeFileSync(
      join(dir, 'nginx.conf'),
      `daemon off;
      error_log stderr;
      pid ${dir}/pid;
      events { }
      http {
        access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${dir};`).join(' ')}
        server { listen 127.0.0.1:${port}; root ${folder}; }
      }
      `,
    );
    return { program: 'nginx', args: ['-p', dir, '-c', join(dir, 'nginx.conf')] };
  });
}
