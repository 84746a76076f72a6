import { readFileSync } from 'node:fs';
import type { WebSocket } from 'ws';
import { connect } from '../../../../app/test/helpers/client.js';
import { AppProcess, freePort } from '../../../../app/test/helpers/process.js';
import { newFolder, type RunningService, startService } from '../../../../app/test/helpers/service.js';
import { closeBrowsers } from '../clients/chromium.js';
import type { Target } from '../clients/client.js';
import { type OwnNginx, startOwnNginx } from '../servers/own-nginx.js';
import { Stack } from '../servers/stack.js';

/** What provocations work with. All of it is cleared away again. */
export class Bench {
  #stack: Stack | undefined;
  readonly #ends: (() => Promise<unknown>)[] = [];

  /** The stack, up with the default settings but for these. */
  async stack(...settings: string[]): Promise<Stack> {
    return (await this.checkout()).up(...settings);
  }

  /** The same, up or not. */
  async checkout(): Promise<Stack> {
    this.#stack ??= await Stack.create();
    return this.#stack;
  }

  /** An app in this process. */
  async service(overrides: Record<string, string> = {}): Promise<RunningService> {
    const service = await startService(overrides);
    this.later(() => service.stop());
    return service;
  }

  /** What an app says that is started as `npm start` does, until it listens or gives up. */
  async startLines(overrides: Readonly<Record<string, string>>): Promise<string> {
    const app = await AppProcess.start({ APP_PORT: String(await freePort()), ...overrides });
    this.later(() => app.end('SIGTERM'));
    await app.listening().catch(() => {});
    return app.stdout + app.stderr;
  }

  async ownNginx(server: string, listen?: string): Promise<OwnNginx> {
    const nginx = await startOwnNginx(server, listen);
    this.later(() => nginx.stop());
    return nginx;
  }

  /** Holds a socket open. */
  async open({ url, token, ca }: Target): Promise<WebSocket> {
    const options = { headers: { Authorization: `Bearer ${token}` }, ...(ca && { ca: readFileSync(ca) }) };
    const { socket } = await connect(url, [], options);
    this.later(async () => socket.terminate());
    return socket;
  }

  readonly folder = newFolder;

  /** Called when the row is done. */
  later(end: () => Promise<unknown>): void {
    this.#ends.unshift(end);
  }

  async clear(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
  }

  async close(): Promise<void> {
    await this.clear();
    await closeBrowsers();
    await this.#stack?.remove();
  }
}
