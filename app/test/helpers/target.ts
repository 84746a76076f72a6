import type { ClientOptions } from 'ws';
import { type Answer, ask, upgrade } from './answer.js';
import { connect, type TestClient } from './client.js';
import { type Claims, token } from './tokens.js';

export const apiKey = 'integration-test-key-that-is-long-enough';

export interface Knock {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A Hermes that runs somewhere, in this process or in another, seen from outside. */
export class Target {
  readonly port: number;
  /** `http://127.0.0.1:port`, or `https://localhost:port` with direct TLS. */
  readonly url: string;
  /** The same with `ws:` or `wss:`. */
  readonly wsUrl: string;
  /** Certificates that clients trust. */
  readonly #ca: string | undefined;

  constructor(port: number, ca?: string) {
    this.port = port;
    this.#ca = ca;
    this.url = ca ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
    this.wsUrl = this.url.replace('http', 'ws');
  }

  /** Opens a socket with a good token for the claims. */
  open(path: string, claims?: Claims, options: ClientOptions = {}): Promise<TestClient> {
    return connect(`${this.wsUrl}${path}`, ['bearer', token(claims)], {
      ...(this.#ca && { ca: this.#ca }),
      ...options,
    });
  }

  /** Sends a handshake and gives the HTTP answer, 101 included. */
  knock(path: string, { token: given, headers }: Knock = {}): Promise<Answer> {
    return this.get(path, { ...upgrade, ...(given && { Authorization: `Bearer ${given}` }), ...headers });
  }

  get(path: string, headers: Readonly<Record<string, string>> = { 'X-API-Key': apiKey }): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  /** Posts with the service key; a body that is not text is sent as JSON. */
  post(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const content = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return this.request('POST', path, content, { 'X-API-Key': apiKey, ...headers });
  }

  request(
    method: string,
    path: string,
    body: string | Buffer | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    return ask(this.url, path, { method, body, headers, ...(this.#ca && { ca: this.#ca }) });
  }

  /** Publishes one uplink of tenant t1's device d1, or of what is given instead; fails when it was not taken. */
  async publish(uplink: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const answer = await this.post('/messages', {
      tenant_id: 't1',
      dev_eui: 'd1',
      payload: {},
      ...uplink,
    });
    if (answer.status !== 202) throw new Error(`not published: ${answer.status} ${answer.text}`);
    return answer.json.id;
  }

  /** The sum of a metric over all of its labels that match. */
  async metric(name: string, labels = ''): Promise<number> {
    const { text } = await this.get('/metrics', {});
    const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }
}
