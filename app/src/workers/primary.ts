import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '../log.js';
import { newTicketKeys, ticketKeysLife } from '../tls/ticket-keys.js';
import { MetricsGathering } from './gathering.js';
import { isOurs, type ToPrimary, type ToWorker } from './messages.js';

/** Milliseconds until a worker that ended before it listened is tried again. */
const pause = 1_000;

/**
 * The process that owns the port and hands connections to workers in turn. It starts those that end again, passes
 * signals on, and keeps what all of them share; it serves nobody itself.
 */
export class Primary {
  readonly #count: number;
  readonly #log: Logger;
  readonly #workers = new Map<number, Worker>();
  readonly #listening = new Set<Worker>();
  readonly #retries = new Set<NodeJS.Timeout>();
  readonly #metrics = new MetricsGathering();
  #ticketKeys = newTicketKeys();
  #complete = false;
  #stopping = false;
  #stopped: () => void = () => {};

  constructor(count: number, log: Logger) {
    this.#count = count;
    this.#log = log;
    setInterval(() => this.#renewTicketKeys(), ticketKeysLife).unref();
  }

  /**
   * Starts all, the first one alone: what it cannot start with is then said once.
   * @returns the port and the start-up lines; undefined when one of them gave up, which has said why
   */
  async start(): Promise<{ port: number; lines: readonly string[] } | undefined> {
    const first = await this.#begin(1);
    const others = Array.from({ length: this.#count - 1 }, (_none, index) => index + 2);
    const all = first && (await Promise.all(others.map((number) => this.#begin(number))));
    if (!all?.every(Boolean)) {
      await this.stop();
      return undefined;
    }
    this.#complete = true;
    for (const worker of this.#listening) say(worker, { hermes: 'complete' });
    return first;
  }

  /** Passes a signal on to those that listen; the others may not know it yet, and would die of it. */
  pass(signal: NodeJS.Signals): void {
    for (const worker of this.#listening) worker.process.kill(signal);
  }

  /** Has all of them drain and end; resolves when they have. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const retry of this.#retries) clearTimeout(retry);
    if (this.#workers.size === 0) return;
    const stopped = new Promise<void>((resolve) => {
      this.#stopped = resolve;
    });
    for (const worker of this.#workers.values()) worker.process.kill('SIGTERM');
    await stopped;
  }

  /** Resolves when the worker listens, or with undefined when it ended before. */
  #begin(number: number): Promise<{ port: number; lines: readonly string[] } | undefined> {
    cluster.setupPrimary({ args: [String(number)] });
    const worker = cluster.fork();
    this.#workers.set(number, worker);
    say(worker, { hermes: 'ticket-keys', keys: this.#ticketKeys.toString('base64') });
    return new Promise((resolve) => {
      worker.on('message', (message: unknown) => {
        if (!isOurs(message)) return;
        const heard = message as ToPrimary;
        if (heard.hermes === 'content') this.#metrics.answered(heard.id, heard.content);
        else if (heard.hermes === 'gather') void this.#gather(worker, heard.id);
        else {
          this.#listening.add(worker);
          if (this.#complete) say(worker, { hermes: 'complete' });
          resolve(heard);
        }
      });
      worker.once('exit', (code: number | null, signal: string | null) => {
        this.#ended(number, worker, signal ?? code);
        resolve(undefined);
      });
    });
  }

  #ended(number: number, worker: Worker, how: string | number | null): void {
    const served = this.#listening.delete(worker);
    this.#workers.delete(number);
    if (this.#stopping) {
      if (this.#workers.size === 0) this.#stopped();
      return;
    }
    // Before all have begun, whoever starts them decides.
    if (!this.#complete) return;
    this.#log.error({ worker: number, code: how }, 'worker ended, starting another');
    const retry = setTimeout(
      () => {
        this.#retries.delete(retry);
        void this.#begin(number);
      },
      served ? 0 : pause,
    );
    this.#retries.add(retry);
  }

  async #gather(worker: Worker, id: number): Promise<void> {
    say(worker, { hermes: 'gathered', id, text: await this.#metrics.gather([...this.#listening]) });
  }

  #renewTicketKeys(): void {
    this.#ticketKeys = newTicketKeys();
    for (const worker of this.#workers.values()) {
      say(worker, { hermes: 'ticket-keys', keys: this.#ticketKeys.toString('base64') });
    }
  }
}

/** It may have ended meanwhile, which is told elsewhere. */
function say(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
