import type { ToolName } from '../packages/tools.js';

/** One figure of a benchmark. */
export interface Measure {
  readonly what: string;
  readonly value: string;
  /** What it should be; absent where the figure only explains another. */
  readonly aim?: string;
}

export interface Benchmark {
  /** The question that it answers. */
  readonly question: string;
  readonly tools: readonly ToolName[];
  /** @param say told of each step, as some take long */
  run(say: (step: string) => void): Promise<Measure[]>;
}
