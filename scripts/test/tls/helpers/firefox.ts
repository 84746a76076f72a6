import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { newFolder } from '../../../../app/test/helpers/service.js';
import { ensureTool } from '../../../src/packages/install.js';
import { trustInDatabase } from '../../docs/clients/nss.js';
import { cleanEnvironment } from '../../docs/clients/process.js';

/** Nothing of this is asked of the network while tests run. */
const preferences = {
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

/** Milliseconds for a start: on a busy machine, the first one of a new profile takes long. */
const patience = 90_000;

/** A window of Firefox, driven by WebDriver BiDi: the browser as Debian has it, not one that was made to be driven. */
export class Firefox {
  readonly #process: ChildProcess;
  readonly #driver: WebSocket;
  readonly #waiting = new Map<number, { done(result: unknown): void; fail(error: Error): void }>();
  #context = '';
  #last = 0;

  private constructor(process: ChildProcess, driver: WebSocket) {
    this.#process = process;
    this.#driver = driver;
    driver.on('message', (data) => this.#answered(JSON.parse(String(data))));
    driver.once('close', () => {
      for (const { fail } of this.#waiting.values()) fail(new Error('Firefox is gone'));
    });
  }

  /** @param ca file of the CA that it is to trust, besides its own */
  static async start(ca: string): Promise<Firefox> {
    const home = newFolder();
    const profile = join(home, 'profile');
    mkdirSync(profile);
    const lines = Object.entries(preferences).map(
      (pair) => `user_pref(${pair.map((part) => JSON.stringify(part))});`,
    );
    writeFileSync(join(profile, 'user.js'), lines.join('\n'));
    await trustInDatabase(profile, ca);
    const child = spawn(
      await ensureTool('firefox', () => {}),
      ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'],
      { env: { ...cleanEnvironment, HOME: home }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      const driver = new WebSocket(`${await addressOf(child)}/session`);
      await once(driver, 'open');
      const firefox = new Firefox(child, driver);
      await firefox.#ask('session.new', { capabilities: {} });
      const { contexts } = await firefox.#ask<{ contexts: { context: string }[] }>(
        'browsingContext.getTree',
        {},
      );
      firefox.#context = contexts[0]?.context ?? '';
      return firefox;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Loads a page. @throws Error with Firefox's words where it could not */
  async load(url: string): Promise<void> {
    await this.#ask('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  /** The value of an expression in the page, a text; a promise is awaited. @throws Error where it throws */
  async evaluate(expression: string): Promise<string> {
    const target = { context: this.#context };
    const { result, exceptionDetails } = await this.#ask<{
      result?: { value: string };
      exceptionDetails?: { text: string };
    }>('script.evaluate', { expression, target, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result?.value ?? '';
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#driver.terminate();
    this.#process.kill('SIGTERM');
    await ended;
  }

  #ask<T>(method: string, params: object): Promise<T> {
    const id = ++this.#last;
    this.#driver.send(JSON.stringify({ id, method, params }));
    return new Promise((done, fail) => this.#waiting.set(id, { done: (result) => done(result as T), fail }));
  }

  #answered({
    id,
    result,
    error,
    message,
  }: {
    id?: number;
    result?: unknown;
    error?: string;
    message?: string;
  }): void {
    const asked = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error) asked?.fail(new Error(`${error}: ${message}`));
    else asked?.done(result);
  }
}

/** Where it listens for who drives it, which it says on standard error. */
function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`Firefox does not start: ${said}`)), patience);
    child.once('exit', () => fail(new Error(`Firefox ended at once: ${said}`)));
    child.stderr?.on('data', (data) => {
      said += data;
      const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(said) ?? [];
      if (!address) return;
      clearTimeout(late);
      done(address);
    });
  });
}
