import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Frame } from '../../helpers/client.js';
import { until } from '../../helpers/wait.js';

/** Milliseconds after which a test that waits gives up; back-off takes some of it. */
const patience = 45_000;

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An example client, run as its user would: a process of its own, known by what it prints. */
export class Example {
  /** Frames it printed on standard output, one a line. */
  readonly frames: Frame[] = [];
  /** What it printed on standard error. */
  log = '';
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<Ending>;
  #ending: Ending | undefined;

  /** @param environment is all it gets besides PATH; so it knows of no CA that this machine trusts */
  constructor(
    [command, ...args]: readonly [string, ...string[]],
    environment: Readonly<Record<string, string>>,
  ) {
    // Standard input stays open, because wscat ends with it.
    this.#process = spawn(command, args, { env: { PATH: process.env.PATH, ...environment } });
    this.#process.stderr.on('data', (chunk) => {
      this.log += chunk;
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.frames.push(JSON.parse(line)));
    this.#ended = once(this.#process, 'close').then(([code, signal]) => {
      this.#ending = { code, signal };
      return this.#ending;
    });
  }

  /** Waits until it has connected so many times. */
  async connected(times = 1): Promise<void> {
    await this.says(RegExp(`(hermes: connected[^]*){${times}}`));
  }

  /** Waits until its log has a match. */
  async says(pattern: RegExp): Promise<void> {
    await this.#until(() => pattern.test(this.log), String(pattern));
  }

  /** Waits for so many frames. */
  async printed(count: number): Promise<void> {
    await this.#until(() => this.frames.length >= count, `${count} frames`);
  }

  /** Waits for an uplink with this `f_cnt`, and returns the `f_cnt` of all that came. */
  async uplinksTo(last: number): Promise<unknown[]> {
    const numbers = () => this.frames.filter(({ type }) => type === 'uplink').map(({ f_cnt }) => f_cnt);
    await this.#until(() => numbers().includes(last), `uplink ${last}`);
    return numbers();
  }

  /** Waits until it ends by itself. */
  async ended(): Promise<Ending> {
    await until(
      () => this.#ending !== undefined,
      () => `its end; its log:\n${this.log}`,
      patience,
    );
    return this.#ended;
  }

  /** Asks it to end, and waits. */
  async stop(): Promise<Ending> {
    this.#process.kill('SIGTERM');
    return this.ended();
  }

  /** Ends it in any case; for the end of a test. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  async #until(condition: () => boolean, expected: string): Promise<void> {
    const what = () => `${expected}; its log:\n${this.log}`;
    await until(() => condition() || this.#ending !== undefined, what, patience);
    if (!condition()) throw new Error(`it ended before ${what()}`);
  }
}
