import type { ToolName } from '../packages/tools.js';
import type { Chart } from './svg.js';

/** One figure of a benchmark. */
export interface Measure {
  readonly what: string;
  readonly value: string;
  /** What it should be; absent where the figure only explains another. */
  readonly aim?: string;
  /** It proves nothing: something was lost, say. */
  readonly invalid?: true;
}

export interface Findings {
  readonly measures: readonly Measure[];
  readonly charts?: readonly Chart[];
}

export interface Conditions {
  /** More rounds, longer ones, and more sizes. */
  readonly long: boolean;
  /** Told of each step, as some take long. */
  readonly say: (step: string) => void;
}

export interface Benchmark {
  /** The question that it answers. */
  readonly question: string;
  readonly tools: readonly ToolName[];
  /** It takes long, and runs only when it is asked for by name or all of it is to be long. */
  readonly onlyAsked?: true;
  run(conditions: Conditions): Promise<Findings>;
}
