import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { HermesError } from '../../../app/src/errors.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Benchmark } from '../bench/benchmark.js';
import { type BenchmarkName, benchmarks } from '../bench/index.js';
import { conditions, toPage, toTable, type Written } from '../bench/report.js';
import { toSvg } from '../bench/svg.js';
import { ensureTool } from '../packages/install.js';

/** A folder for each benchmark, with its page and its charts. */
const pages = 'docs/reference/benchmarks';

interface Options {
  readonly only?: BenchmarkName;
  readonly long?: boolean;
  readonly write?: boolean;
}

/** `hermes bench`: runs the benchmarks on real servers, and prints what they measure as a Markdown table. */
export function benchVerb(): Command {
  return new Command('bench')
    .description('measure, on real servers')
    .option('--only <name>', `one of ${Object.keys(benchmarks).join(', ')}; make: BENCH=`, benchmarkName)
    .option('--long', 'longer rounds and more sizes; make: LONG=1')
    .option('--write', `write the page and the charts in ${pages}; make: WRITE=1`)
    .action(async ({ only, long = false, write = false }: Options) => {
      endServersToo();
      const results = await measure(only ? [only] : usual(long), { long, write });
      process.stdout.write(`${toTable(results)}\n`);
      const invalid = results.flatMap(({ measures }) => measures.filter((measure) => measure.invalid));
      if (invalid.length > 0) {
        const what = invalid.map((measure) => measure.what).join('; ');
        throw new HermesError(
          'bench-invalid',
          `a run proves nothing: ${what}`,
          'see the table; nothing was written',
        );
      }
      if (write) for (const result of results) writePage(result);
    });
}

/** Servers end when this process exits, which a signal would not let it do. */
function endServersToo(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // As shells tell of a signal: 128 and its number.
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}

function usual(long: boolean): BenchmarkName[] {
  const names = Object.keys(benchmarks) as BenchmarkName[];
  return names.filter((name) => long || !(benchmarks[name] as Benchmark).onlyAsked);
}

async function measure(
  names: readonly BenchmarkName[],
  { long, write }: { readonly long: boolean; readonly write: boolean },
): Promise<Written[]> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const results: Written[] = [];
  for (const name of names) {
    const { question, tools, run } = benchmarks[name];
    for (const tool of tools) await ensureTool(tool, say);
    say(`${name}: ${question}`);
    const where = write ? await conditions() : '';
    const found = await run({ long, say: (step) => say(`  ${step}`) });
    results.push({ name, question, long, where, ...found });
  }
  return results;
}

function writePage(result: Written): void {
  const folder = join(projectRoot, pages, result.name);
  // Charts of what is no longer measured would stay.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const chart of result.charts ?? []) writeFileSync(join(folder, `${chart.name}.svg`), toSvg(chart));
  writeFileSync(join(folder, 'README.md'), toPage(result));
}

function benchmarkName(text: string): BenchmarkName {
  if (Object.hasOwn(benchmarks, text)) return text as BenchmarkName;
  throw new InvalidArgumentError(`This version has the benchmarks ${Object.keys(benchmarks).join(', ')}.`);
}
