import type { Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { RegistryContent, ToWorker } from './messages.js';

/** Asks workers for their metrics, and adds them up. */
export class MetricsGathering {
  #asked = 0;
  readonly #waiting = new Map<number, (content: RegistryContent) => void>();

  /** @returns the sum in Prometheus' text format; one that ends meanwhile is left out */
  async gather(workers: readonly Worker[]): Promise<string> {
    const contents = await Promise.all(workers.map((worker) => this.#ask(worker)));
    return AggregatorRegistry.aggregate(contents).metrics();
  }

  /** A worker has answered. */
  answered(id: number, content: RegistryContent): void {
    this.#waiting.get(id)?.(content);
    this.#waiting.delete(id);
  }

  #ask(worker: Worker): Promise<RegistryContent> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      const ended = () => this.answered(id, []);
      this.#waiting.set(id, (content) => {
        worker.off('exit', ended);
        resolve(content);
      });
      worker.once('exit', ended);
      worker.send({ hermes: 'report', id } satisfies ToWorker, (error) => error && ended());
    });
  }
}
