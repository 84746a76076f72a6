import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two looks; a run of certbot takes seconds. */
const interval = 20;

/** Collects what any user of this host could see: the arguments of every process. */
export class ArgumentWatch {
  readonly #seen = new Set<string>();
  #stopped = false;
  readonly #watching = this.#watch();

  async stop(): Promise<readonly string[]> {
    this.#stopped = true;
    await this.#watching;
    return [...this.#seen];
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
          this.#seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
        } catch {
          // It has ended.
        }
      }
      await pause(interval);
    }
  }
}
