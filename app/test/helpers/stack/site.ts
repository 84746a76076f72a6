import { randomUUID } from 'node:crypto';
import type { RequestOptions } from 'node:http';
import jwt, { type SignOptions } from 'jsonwebtoken';
import type { ClientOptions } from 'ws';
import { type Answer, ask } from '../answer.js';
import { connect, type TestClient } from '../client.js';

export type Claims = Readonly<Record<string, unknown>>;

export interface SiteRequest extends RequestOptions {
  readonly body?: string | undefined;
  /** Name in the TLS handshake, where it is not that of the Host header. */
  readonly servername?: string;
}

/** Names that no other test on the site uses. */
export interface Newcomer {
  readonly claims: { readonly user_id: string; readonly cs_tenant_id: string };
  readonly user: string;
  readonly tenant: string;
  readonly device: string;
}

/** What one has to know of a Hermes to use it as its clients and its services do. */
export interface Access {
  /** `wss://host:port` */
  readonly socketUrl: string;
  /** `http://host:port`, which redirects; of use behind a proxy only. */
  readonly plainUrl: string;
  /** PEM of the CA to trust. */
  readonly ca: string;
  /** SERVICE_API_KEY */
  readonly apiKey: string;
  /** JWT_SECRET_KEY */
  readonly jwtSecret: string;
}

/** Milliseconds that a client waits: several stacks share the machine with others. */
const patience = 45_000;

/** A Hermes that runs anywhere, seen from outside: certificates are always verified. */
export class Site {
  readonly socketUrl: string;
  /** `https://host:port` */
  readonly pageUrl: string;
  readonly plainUrl: string;
  readonly ca: string;
  /** What must never be written down: its secrets, and every token made here. */
  readonly secrets: Set<string>;
  readonly #apiKey: string;
  readonly #jwtSecret: string;

  constructor({ socketUrl, plainUrl, ca, apiKey, jwtSecret }: Access) {
    this.socketUrl = socketUrl;
    this.pageUrl = socketUrl.replace('wss:', 'https:');
    this.plainUrl = plainUrl;
    this.ca = ca;
    this.secrets = new Set([apiKey, jwtSecret]);
    this.#apiKey = apiKey;
    this.#jwtSecret = jwtSecret;
  }

  newcomer(): Newcomer {
    const id = randomUUID().slice(0, 8);
    const [user, tenant, device] = [`user-${id}`, `tenant-${id}`, `device-${id}`];
    return { user, tenant, device, claims: { user_id: user, cs_tenant_id: tenant } };
  }

  /** A token as the identity service would sign it; for an hour, if nothing else is said. An undefined claim is left out. */
  token(
    claims: Claims,
    { secret = this.#jwtSecret, ...options }: SignOptions & { secret?: string } = {},
  ): string {
    const said = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    const token = jwt.sign(said, secret, { ...('exp' in claims ? {} : { expiresIn: '1h' }), ...options });
    this.secrets.add(token);
    return token;
  }

  /** Asks at the public address. */
  request(path: string, options: SiteRequest = {}): Promise<Answer> {
    const trusting = { patience, ...options, ca: this.ca };
    return ask(this.pageUrl, path, trusting);
  }

  /** Asks as a service does, with its key; a body is sent as JSON. */
  serve(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    return this.request(path, {
      method,
      headers: this.serviceHeaders,
      body: body === undefined ? body : JSON.stringify(body),
    });
  }

  get serviceHeaders(): Record<string, string> {
    return { 'X-API-Key': this.#apiKey };
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

  /** A WebSocket of Node; the token goes into the header. */
  connect(path: string, token: string, options: ClientOptions = {}): Promise<TestClient> {
    const headers = { Authorization: `Bearer ${token}` };
    return connect(`${this.socketUrl}${path}`, [], { headers, ca: this.ca, patience, ...options });
  }
}

function accepted(answer: Answer): { id: string } {
  if (answer.status === 202) return answer.json;
  throw new Error(`not accepted: ${answer.status} ${answer.text}`);
}
