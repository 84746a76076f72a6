import type { Benchmark } from './benchmark.js';
import { drain } from './drain.js';
import { history } from './history.js';
import { stalled } from './stalled.js';

export const benchmarks = { drain, history, stalled } as const satisfies Record<string, Benchmark>;

export type BenchmarkName = keyof typeof benchmarks;
