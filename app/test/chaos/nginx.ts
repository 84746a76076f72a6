import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../helpers/process.js';
import { newFolder } from '../helpers/service.js';
import { until } from '../helpers/wait.js';
import { makeCa } from '../integration/clients/throwaway-ca.js';

/** A real nginx that ends TLS in front of several instances. */
export interface Balancer {
  readonly port: number;
  /** PEM of the CA that its clients trust. */
  readonly ca: string;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** @param ports those of the instances on 127.0.0.1 */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const folder = newFolder();
  const { caFile, certFile, keyFile } = makeCa(folder);
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  const errors = join(folder, 'error.log');
  writeFileSync(file, configuration(folder, port, ports, certFile, keyFile));
  const child = spawn('nginx', ['-p', folder, '-e', errors, '-c', file, '-g', 'daemon off;'], {
    stdio: 'ignore',
  });
  running.add(child);
  await until(
    () => accepts(port),
    () => `nginx to listen; it says ${readFileSync(errors, 'utf8')}`,
  );
  return {
    port,
    ca: readFileSync(caFile, 'utf8'),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      running.delete(child);
    },
  };
}

/** An instance that is gone or drains is passed by: a handshake goes to the next one, a POST comes again by itself. */
function configuration(folder: string, port: number, ports: readonly number[], cert: string, key: string) {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    worker_processes 1;
    worker_rlimit_nofile 16384;
    pid ${folder}/nginx.pid;
    events { worker_connections 8192; }
    http {
      access_log off;
      ${paths.map((path) => `${path}_temp_path ${folder}/${path};`).join('\n')}
      map $http_upgrade $connection_to_app { default ''; websocket upgrade; }
      upstream hermes {
        least_conn;
        ${ports.map((each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=1s;`).join('\n')}
        keepalive 32;
        keepalive_timeout 4s;
      }
      server {
        listen 127.0.0.1:${port} ssl;
        ssl_certificate ${cert};
        ssl_certificate_key ${key};
        ssl_protocols TLSv1.2 TLSv1.3;
        location / {
          proxy_pass http://hermes;
          proxy_http_version 1.1;
          proxy_set_header Host $http_host;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_to_app;
          proxy_buffering off;
          proxy_connect_timeout 2s;
          proxy_next_upstream error timeout http_503;
        }
      }
    }`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
    socket.once('connect', () => socket.destroy());
  });
}
