import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { type ServerProcess, startServer } from '../servers/server-process.js';

const secret = 'a-secret-of-the-benchmarks-which-is-long-enough';
const key = 'a-key-of-the-benchmarks-which-is-long-enough';

/** The app as it is built, in a process of its own. */
export class App {
  readonly #process: ServerProcess;

  private constructor(process: ServerProcess) {
    this.#process = process;
  }

  /** @param settings as in the environment */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<App> {
    return new App(
      await startServer('http', {}, (port, dir) => ({
        program: process.execPath,
        args: [join(projectRoot, 'dist/app/src/main.js')],
        env: {
          ...{ APP_PORT: String(port), APP_BIND: '127.0.0.1', PROXY: 'none', DATA_DIR: join(dir, 'data') },
          ...{ JWT_SECRET_KEY: secret, SERVICE_API_KEY: key, LOG_LEVEL: 'warn', DRAIN_SECONDS: '0' },
          ...settings,
        },
      })),
    );
  }

  /** Address of a channel, with a token that may open it. */
  channel(path: string, tenant: string): string {
    const token = jwt.sign({ user_id: 'bench', cs_tenant_id: tenant }, secret, { expiresIn: 3_600 });
    return `${this.#process.url.replace('http', 'ws')}${path}?token=${token}`;
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
