import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { HermesError } from '../../../app/src/errors.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Benchmark } from '../bench/benchmark.js';
import { type BenchmarkName, benchmarks } from '../bench/index.js';
import { conditions, type Result, toPage, toTable } from '../bench/report.js';
import { toSvg } from '../bench/svg.js';
import { ensureTool } from '../packages/install.js';

const page = 'docs/reference/benchmarks.md';
const charts = 'docs/reference/benchmarks';

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
    .option('--long', 'more rounds, longer ones, and more sizes; make: LONG=1')
    .option('--write', `write ${page} and its charts; make: WRITE=1`)
    .action(async ({ only, long = false, write = false }: Options) => {
      if (only && write) {
        throw new HermesError('bad-options', 'the page has all benchmarks', 'leave out --only, or --write');
      }
      const where = write ? await conditions() : '';
      const results = await measure(only ? [only] : usual(long), long);
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
      if (write) writePage(results, where);
    });
}

function usual(long: boolean): BenchmarkName[] {
  const names = Object.keys(benchmarks) as BenchmarkName[];
  return names.filter((name) => long || !(benchmarks[name] as Benchmark).onlyAsked);
}

async function measure(names: readonly BenchmarkName[], long: boolean): Promise<Result[]> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const results: Result[] = [];
  for (const name of names) {
    const { question, tools, run } = benchmarks[name];
    for (const tool of tools) await ensureTool(tool, say);
    say(`${name}: ${question}`);
    results.push({ name, question, ...(await run({ long, say: (step) => say(`  ${step}`) })) });
  }
  return results;
}

function writePage(results: readonly Result[], where: string): void {
  const folder = join(projectRoot, charts);
  // Charts of what is no longer measured would stay.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const chart of results.flatMap((result) => result.charts ?? [])) {
    writeFileSync(join(folder, `${chart.name}.svg`), toSvg(chart));
  }
  writeFileSync(join(projectRoot, page), toPage(results, where));
}

function benchmarkName(text: string): BenchmarkName {
  if (Object.hasOwn(benchmarks, text)) return text as BenchmarkName;
  throw new InvalidArgumentError(`This version has the benchmarks ${Object.keys(benchmarks).join(', ')}.`);
}
