import type { ToolName } from '../packages/tools.js';
import type { Chart } from './svg.js';

/** One figure of a benchmark. */
export interface Measure {
  readonly what: string;
  readonly value: string;
  /** What it should be; absent where the figure only explains another. */
  readonly aim?: string;
  /** It proves nothing, as something was lost, say, and neither does the run. */
  readonly invalid?: true;
}

export interface Findings {
  readonly measures: readonly Measure[];
  readonly charts?: readonly Chart[];
}

export interface Conditions {
  /** Longer rounds, in some benchmarks more of them, and more sizes. */
  readonly long: boolean;
  /** Told of each step, as some take long. */
  readonly say: (step: string) => void;
}

export interface Benchmark {
  /** The question that it answers. */
  readonly question: string;
  readonly tools: readonly ToolName[];
  /** It runs only when it is asked for by name or all of it is to be long: the short set compares, within five minutes. */
  readonly onlyAsked?: true;
  run(conditions: Conditions): Promise<Findings>;
}
