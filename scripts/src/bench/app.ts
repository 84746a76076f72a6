import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { pinned } from '../servers/pinned.js';
import { type ServerProcess, startServer } from '../servers/server-process.js';

const secret = 'a-secret-of-the-benchmarks-which-is-long-enough';
const key = 'a-key-of-the-benchmarks-which-is-long-enough';

/** So that limits for strangers do not bound one machine that opens, and on one core reads, all connections itself. */
const unlimited = {
  MAX_CONNECTIONS: '100000',
  CONNECTIONS_PER_ADDRESS: '65535',
  HANDSHAKES_PER_SECOND: '100000',
  SLOW_CONSUMERS_TOTAL_MB: '4096',
};

/** The app as it is built, in a process of its own. */
export class App {
  readonly #process: ServerProcess;

  private constructor(process: ServerProcess) {
    this.#process = process;
  }

  /**
   * @param settings as in the environment
   * @param cores it may use so many, and what measures has another; any when not given
   */
  static async start(settings: Readonly<Record<string, string>> = {}, cores?: number): Promise<App> {
    return new App(
      await startServer('http', {}, (port, dir) => {
        const command = {
          program: process.execPath,
          args: [join(projectRoot, 'dist/app/src/main.js')],
          env: {
            ...{ APP_PORT: String(port), APP_BIND: '127.0.0.1', PROXY: 'none', DATA_DIR: join(dir, 'data') },
            ...{ JWT_SECRET_KEY: secret, SERVICE_API_KEY: key, LOG_LEVEL: 'warn', DRAIN_SECONDS: '0' },
            ...unlimited,
            ...settings,
          },
        };
        return cores === undefined ? command : pinned(command, 'servers', cores);
      }),
    );
  }

  get port(): number {
    return this.#process.port;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Header line of what services send. */
  get keyHeader(): string {
    return `X-API-Key: ${key}`;
  }

  /** Address of a channel, with a token that may open it. */
  channel(path: string, tenant: string): string {
    return `${this.#process.url.replace('http', 'ws')}${path}?token=${this.#token({ cs_tenant_id: tenant })}`;
  }

  /** Path of a channel, with a token that may open every one. */
  anyChannel(path: string): string {
    return `${path}?token=${this.#token({ is_superuser: true })}`;
  }

  #token(claims: object): string {
    return jwt.sign({ user_id: 'bench', ...claims }, secret, { expiresIn: 3_600 });
  }

  /** @throws Error unless everything was taken */
  async publish(uplinks: readonly object[]): Promise<void> {
    const response = await fetch(`${this.#process.url}/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-API-Key': key },
      body: JSON.stringify(uplinks),
    });
    const { accepted } = (await response.json()) as { accepted?: number };
    if (accepted !== uplinks.length) throw new Error(`${response.status}: ${accepted} of ${uplinks.length}`);
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#process.url}${path}`, { headers: { 'X-API-Key': key } });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
    return (await response.json()) as T;
  }

  /** The value of a metric without labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.#process.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}
