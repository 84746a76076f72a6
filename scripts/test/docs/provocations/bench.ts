import { readFileSync } from 'node:fs';
import type { WebSocket } from 'ws';
import { connect } from '../../../../app/test/helpers/client.js';
import { newFolder, type RunningService, startService } from '../../../../app/test/helpers/service.js';
import { closeBrowsers } from '../clients/chromium.js';
import type { Target } from '../clients/client.js';
import { type App, startApp } from '../servers/app.js';
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

  /** An app in a process of its own. */
  async app(overrides: Readonly<Record<string, string>>): Promise<App> {
    const app = await startApp(overrides);
    this.later(() => app.stop());
    return app;
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
