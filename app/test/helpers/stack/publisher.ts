import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../wait.js';
import type { Site } from './site.js';

/** Milliseconds between two attempts. */
const pace = 20;

/**
 * Publishes one uplink after another, and the same one again until it is accepted, as ChirpStack's integration or any
 * careful service does. `deduplicationId` makes that safe where only the answer was lost.
 */
export class Publisher {
  readonly #site: Site;
  readonly #uplink: object;
  readonly #ids: string[] = [];
  readonly #done: Promise<void>;
  #stopping = false;

  constructor(site: Site, uplink: object) {
    this.#site = site;
    this.#uplink = uplink;
    this.#done = this.#run();
  }

  /** Waits until so many were accepted. */
  reached(count: number): Promise<void> {
    return until(
      () => this.#ids.length >= count,
      () => `${count} accepted uplinks, not ${this.#ids.length}`,
      120_000,
    );
  }

  /** Waits until so many more were accepted. */
  afterwards(count: number): Promise<void> {
    return this.reached(this.#ids.length + count);
  }

  /** @returns the ids of all that were accepted, in their order */
  async stop(): Promise<string[]> {
    this.#stopping = true;
    await this.#done;
    return this.#ids;
  }

  async #run(): Promise<void> {
    for (let fCnt = 0; !this.#stopping; fCnt += 1) {
      const uplink = { ...this.#uplink, f_cnt: fCnt, payload: {}, deduplicationId: randomUUID() };
      let id: string | undefined;
      while (id === undefined) {
        await pause(pace);
        const answer = await this.#site.serve('POST', '/messages', uplink).catch(() => undefined);
        if (answer?.status === 202 || answer?.status === 200) id = answer.json.id;
      }
      this.#ids.push(id as string);
    }
  }
}
