import { cpus, loadavg, totalmem } from 'node:os';
import { execa } from 'execa';
import { findExecutable } from '../packages/find.js';
import { mongodBinary } from '../servers/mongod-binary.js';
import type { Findings } from './benchmark.js';

export interface Result extends Findings {
  readonly name: string;
  readonly question: string;
}

/** The machine, what else it did, and the versions that figures hold for: one line; to be asked before measuring. */
export async function conditions(): Promise<string> {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const programs = [findExecutable('redis-server') && 'redis-server', await mongodBinary()];
  const versions = await Promise.all(programs.map((program) => program && versionOf(program)));
  const software = [`Node ${process.versions.node}`, ...versions.filter(Boolean)];
  const machine = `${cpus().length} × ${processor?.model.trim()}, ${memory} GiB`;
  return `${machine}, with a load of ${loadavg()[0]?.toFixed(1)} before the first of them; ${software.join(', ')}.`;
}

/** Results as a Markdown table. */
export function toTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ name, measures }) =>
    measures.map(({ what, value, aim }) => `| \`${name}\` | ${what} | ${value} | ${aim ?? ''} |`),
  );
  return ['| benchmark | measure | value | aim |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The reference page with the results; its charts are in `benchmarks/`, beside it. */
export function toPage(results: readonly Result[], where: string): string {
  const sections = results.map((result) => {
    const charts = (result.charts ?? []).map(({ name, title }) => `![${title}](benchmarks/${name}.svg)\n\n`);
    return `## ${result.name}\n\n${result.question}\n\n${charts.join('')}${toTable([result])}\n`;
  });
  return `${preface}\n${where}\n\n${sections.join('\n')}`;
}

const preface = `# Benchmarks

Measured by \`make bench WRITE=1\`, which writes this page. \`make bench BENCH=fanout\` runs one of them and only prints,
and \`LONG=1\` takes more rounds, longer ones, and more sizes. [How it is measured](../explanation/benchmarks.md) says what
the figures mean. All servers are real and run on the one machine, so compare ratios rather than times.
`;

async function versionOf(program: string): Promise<string | undefined> {
  const { stdout } = await execa(program, ['--version']);
  const [, version] = /v(?:ersion )?[=v]?(\d+\.\d+\.\d+)/.exec(stdout) ?? [];
  return version && `${program.endsWith('mongod') ? 'MongoDB' : 'Redis'} ${version}`;
}
