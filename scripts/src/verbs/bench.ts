import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { HermesError } from '../../../app/src/errors.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { type BenchmarkName, benchmarks } from '../bench/index.js';
import { conditions, type Result, toPage, toTable } from '../bench/report.js';
import { ensureTool } from '../packages/install.js';

const page = 'docs/reference/benchmarks.md';

/** `hermes bench`: runs the benchmarks on real servers, and prints what they measure as a Markdown table. */
export function benchVerb(): Command {
  return new Command('bench')
    .description('measure, on real servers')
    .option('--only <name>', `one of ${Object.keys(benchmarks).join(', ')}; make: BENCH=`, benchmarkName)
    .option('--write', `write ${page}; make: WRITE=1`)
    .action(async (options: { only?: BenchmarkName; write?: boolean }) => {
      if (options.only && options.write) {
        throw new HermesError('bad-options', 'the page has all benchmarks', 'leave out --only, or --write');
      }
      const say = (line: string) => process.stderr.write(`${line}\n`);
      const names = options.only ? [options.only] : (Object.keys(benchmarks) as BenchmarkName[]);
      const where = options.write ? await conditions() : '';
      const results: Result[] = [];
      for (const name of names) {
        const { question, tools, run } = benchmarks[name];
        for (const tool of tools) await ensureTool(tool, say);
        say(`${name}: ${question}`);
        results.push({ name, question, measures: await run((step) => say(`  ${step}`)) });
      }
      process.stdout.write(`${toTable(results)}\n`);
      if (options.write) writeFileSync(join(projectRoot, page), toPage(results, where));
    });
}

function benchmarkName(text: string): BenchmarkName {
  if (Object.hasOwn(benchmarks, text)) return text as BenchmarkName;
  throw new InvalidArgumentError(`This version has the benchmarks ${Object.keys(benchmarks).join(', ')}.`);
}
