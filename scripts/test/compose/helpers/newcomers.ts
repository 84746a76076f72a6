import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../../../app/src/errors.js';
import { ResumingClient, type ResumingOptions } from '../../commands/helpers/resuming-client.js';

/** Milliseconds from one to the next. */
const interval = 50;

/** Clients that come one after the other, each with a full handshake, and leave at once. */
export class Newcomers {
  welcomed = 0;
  /** Why handshakes were not completed. */
  readonly refused: string[] = [];
  #stopped = false;
  readonly #coming: Promise<void>;

  constructor(options: ResumingOptions) {
    this.#coming = this.#come(options);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#coming;
  }

  async #come(options: ResumingOptions): Promise<void> {
    while (!this.#stopped) {
      try {
        const client = await ResumingClient.start(options);
        this.welcomed += 1;
        await client.end();
      } catch (error) {
        this.refused.push(messageOf(error));
      }
      await pause(interval);
    }
  }
}
