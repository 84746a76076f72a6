import { messageOf } from '../../../app/src/errors.js';
import type { Measure } from './benchmark.js';

/** Starts what can be had on this machine; of the rest the table says why it is missing, and the others are measured. */
export class Attendance<T> {
  readonly present = new Map<string, T>();
  readonly missing: Measure[] = [];
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  async call(title: string, start: () => Promise<T>): Promise<void> {
    try {
      this.present.set(title, await start());
    } catch (error) {
      const [reason] = messageOf(error).trim().split('\n');
      this.#say(`${title} is left out: ${reason}`);
      this.missing.push({ what: title, value: `left out: ${reason}` });
    }
  }
}
