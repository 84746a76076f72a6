import type { Benchmark } from './benchmark.js';
import { drain } from './drain.js';
import { fanout } from './fanout.js';
import { fronts } from './fronts.js';
import { growth } from './growth.js';
import { handshakes } from './handshakes.js';
import { history } from './history.js';
import { idle } from './idle.js';
import { stalled } from './stalled.js';
import { workers } from './workers.js';

export const benchmarks = {
  fanout,
  fronts,
  handshakes,
  idle,
  workers,
  growth,
  drain,
  history,
  stalled,
} as const satisfies Record<string, Benchmark>;

export type BenchmarkName = keyof typeof benchmarks;
