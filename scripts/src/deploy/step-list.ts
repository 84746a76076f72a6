import { Listr, type ListrTask } from 'listr2';
import { timedProgress } from './progress.js';
import type { Timed } from './request.js';

export type Task = ListrTask<unknown, never, never>;

/** Runs steps one after the other, shows them, and remembers what each one took. */
export class StepList {
  readonly #steps: { title: string; seconds: number }[] = [];

  get steps(): readonly Timed[] {
    return this.#steps;
  }

  async run(tasks: readonly Task[]): Promise<void> {
    await new Listr(tasks.map((one) => this.#timed(one)) as never, timedProgress as never).run();
  }

  #timed(one: Task): Task {
    return {
      ...one,
      task: async (context, task) => {
        const entry = { title: String(one.title), seconds: 0 };
        const began = performance.now();
        this.#steps.push(entry);
        try {
          await one.task(context, task);
        } finally {
          entry.seconds = (performance.now() - began) / 1_000;
        }
      },
    };
  }
}
