import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import { newFolder, startService } from '../../../../app/test/helpers/service.js';
import { certificatePaths } from '../../../src/certs/layout.js';
import { append, type Files, make } from '../../certs/helpers/openssl.js';
import { leafValid } from '../../docs/servers/certificates.js';
import { startOwnNginx } from '../../docs/servers/own-nginx.js';

/** Sites of others, each of them on a port of its own. All of it is cleared away again. */
export class Sites {
  readonly folder = newFolder();
  /** That a checkout takes for its local CA. */
  readonly ca: Files = make(this.folder, 'ca', { ca: true });
  readonly #ends: (() => unknown)[] = [];

  later(end: () => unknown): void {
    this.#ends.unshift(end);
  }

  async clear(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
  }

  /** Has an installation trust `ca`. */
  trustAt(root: string): void {
    const { caCert } = certificatePaths(root);
    mkdirSync(dirname(caCert), { recursive: true });
    cpSync(this.ca.cert, caCert);
  }

  /** An app, in plain text. @returns its port */
  async app(overrides: Record<string, string> = {}): Promise<number> {
    const service = await startService(overrides);
    this.later(() => service.stop());
    return service.port;
  }

  /** An nginx with this content of its server. @returns its port */
  async nginx(server: string, files?: Files): Promise<number> {
    const tls = files && `ssl_certificate ${files.cert}; ssl_certificate_key ${files.key};`;
    const nginx = await startOwnNginx(`${tls ?? ''}\n${server}`, tls ? 'ssl' : '');
    this.later(() => nginx.stop());
    return nginx.port;
  }

  /** The same with TLS, where a token is missed. */
  async served(files: Files, server = ''): Promise<string> {
    const port = await this.nginx(`${server} location / { return 401; }`, files);
    return `wss://localhost:${port}/ws`;
  }

  /** A certificate for localhost by the CA that is trusted, unless told otherwise. */
  leaf(options: Parameters<typeof make>[2] = {}): Files {
    return make(newFolder(), 'leaf', { issuer: this.ca, names: 'DNS:localhost', ...options });
  }

  /** The same, valid from some days from now to others. */
  dated(from: number, to: number): Files {
    const folder = newFolder();
    const { key } = make(folder, 'leaf', { issuer: this.ca });
    const at = (days: number) => new Date(Date.now() + days * 86_400_000);
    return { cert: leafValid({ from: at(from), to: at(to) }, this.ca, key, folder), key };
  }

  /** One of an intermediate, which is sent besides or not. */
  ofIntermediate(complete: boolean): Files {
    const issuer = make(newFolder(), 'between', { ca: true, issuer: this.ca });
    const extensions = ['authorityInfoAccess=caIssuers;URI:http://ca.test/between.cer'];
    const files = this.leaf({ issuer, extensions });
    if (complete) append(files.cert, issuer.cert);
    return files;
  }

  /** A WebSocket server that does this with each socket. @returns its port */
  async sockets(greet: (socket: WebSocket) => void): Promise<number> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
    server.on('connection', greet);
    await once(server, 'listening');
    this.later(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  /** A server that speaks bytes. @param say to each client, once it has asked; nothing if undefined. @returns its port */
  async bytes(say?: string): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => say !== undefined && socket.write(say));
      this.later(() => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.later(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  /** A port to which packets get no answer. */
  async silent(): Promise<number> {
    const script = fileURLToPath(new URL('../../docs/servers/full-queue.py', import.meta.url));
    const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.later(async () => {
      child.stdin.end();
      await once(child, 'exit');
    });
    const [port] = await once(child.stdout, 'data');
    return Number(String(port).trim());
  }

  /** What somebody wrote into an nginx in front of a server. */
  readonly behind = (port: number, ...lines: string[]) =>
    `proxy_pass http://127.0.0.1:${port}; proxy_set_header Host $http_host; ${lines.join('\n')}`;
}

export const upgradeLines = [
  'proxy_http_version 1.1;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection upgrade;',
];
