import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:http';
import { join } from 'node:path';
import { parse } from 'dotenv';
import jwt, { type SignOptions } from 'jsonwebtoken';
import type { ClientOptions } from 'ws';
import { type Answer, ask } from '../../test/helpers/answer.js';
import { connect, type TestClient } from '../../test/helpers/client.js';
import { hermes, type Run, readStatus } from './hermes.js';

export type Claims = Readonly<Record<string, unknown>>;

export interface StackRequest extends RequestOptions {
  readonly body?: string | undefined;
  /** Name in the TLS handshake, where it is not that of the Host header. */
  readonly servername?: string;
}

/** Names that no other test on the stack uses. */
export interface Newcomer {
  readonly claims: { readonly user_id: string; readonly cs_tenant_id: string };
  readonly user: string;
  readonly tenant: string;
  readonly device: string;
}

/** A stack that the command line has started, seen from outside. */
export class Stack {
  readonly folder: string;
  /** Settings that it was started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** `wss://host:port` */
  readonly socketUrl: string;
  /** `https://host:port` */
  readonly pageUrl: string;
  /** `http://host:port`, which redirects; of use behind a proxy only. */
  readonly plainUrl: string;
  /** `http://127.0.0.1:port` of the app itself, where a proxy terminates TLS. */
  readonly innerUrl: string;
  readonly caFile: string;
  /** PEM of the local CA. */
  readonly ca: string;
  /** What must never be written down outside of `.env`: its secrets, and every token made here. */
  readonly secrets: Set<string>;
  readonly #apiKey: string;
  readonly #jwtSecret: string;

  constructor({ folder, environment }: Pick<Stack, 'folder' | 'environment'>, socketUrl: string) {
    const env = parse(readFileSync(join(folder, '.env')));
    this.folder = folder;
    this.environment = environment;
    this.socketUrl = socketUrl;
    this.pageUrl = socketUrl.replace('wss:', 'https:');
    this.plainUrl = `http://${new URL(this.pageUrl).hostname}:${environment.HTTP_PORT}`;
    this.innerUrl = `http://127.0.0.1:${environment.APP_PORT}`;
    this.caFile = join(folder, 'certs/ca/ca.pem');
    this.ca = readFileSync(this.caFile, 'utf8');
    this.secrets = new Set(Object.values(env));
    this.#apiKey = env.SERVICE_API_KEY ?? '';
    this.#jwtSecret = env.JWT_SECRET_KEY ?? '';
  }

  hermes(...args: string[]): Promise<Run> {
    return hermes(this.environment, args);
  }

  newcomer(): Newcomer {
    const id = randomUUID().slice(0, 8);
    const [user, tenant, device] = [`user-${id}`, `tenant-${id}`, `device-${id}`];
    return { user, tenant, device, claims: { user_id: user, cs_tenant_id: tenant } };
  }

  /** A token as the identity service would sign it; for an hour, if nothing else is said. */
  token(
    claims: Claims,
    { secret = this.#jwtSecret, ...options }: SignOptions & { secret?: string } = {},
  ): string {
    const token = jwt.sign(claims, secret, { ...('exp' in claims ? {} : { expiresIn: '1h' }), ...options });
    this.secrets.add(token);
    return token;
  }

  /** Asks at the public address, the certificate verified. */
  request(path: string, options: StackRequest = {}): Promise<Answer> {
    const trusting = { ...options, ca: this.ca };
    return ask(this.pageUrl, path, trusting);
  }

  /** Asks as a service does, with its key; a body is sent as JSON. */
  serve(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const headers = { 'X-API-Key': this.#apiKey };
    return this.request(path, { method, headers, body: body === undefined ? body : JSON.stringify(body) });
  }

  /** Publishes an uplink, raw or in our own shape. @returns its id */
  async publish(uplink: object): Promise<string> {
    return accepted(await this.serve('POST', '/messages', { payload: {}, ...uplink })).id;
  }

  /** @returns the id of the notification */
  async notify(user: string, message: Readonly<Record<string, string>> = {}): Promise<string> {
    const body = { user_id: user, title: 'Title', message: 'Message', ...message };
    return accepted(await this.serve('POST', '/notify', body)).id;
  }

  /** A WebSocket of Node, the certificate verified; the token goes into the header. */
  connect(path: string, token: string, options: ClientOptions = {}): Promise<TestClient> {
    const headers = { Authorization: `Bearer ${token}` };
    return connect(`${this.socketUrl}${path}`, [], { headers, ca: this.ca, ...options });
  }

  /** The process that runs under a name now, as `hermes status` tells. */
  async pid(name: 'app' | 'nginx' | 'traefik'): Promise<number> {
    const { processes } = await readStatus(this.environment);
    const { pid } = processes[name] ?? {};
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  }

  log(name: 'app' | 'nginx' | 'traefik'): string {
    return readFileSync(join(this.folder, `.hermes/logs/${name}.log`), 'utf8');
  }
}

function accepted(answer: Answer): { id: string } {
  if (answer.status === 202) return answer.json;
  throw new Error(`not accepted: ${answer.status} ${answer.text}`);
}
