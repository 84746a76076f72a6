import { cpus, loadavg, totalmem } from 'node:os';
import { execa } from 'execa';
import { findExecutable } from '../packages/find.js';
import { mongodBinary } from '../servers/mongod-binary.js';
import type { Findings } from './benchmark.js';

export interface Result extends Findings {
  readonly name: string;
  readonly question: string;
}

/** A result with what a reader of its page has to know of how it came about. */
export interface Written extends Result {
  readonly long: boolean;
  /** As `conditions` tells; empty where no page is written. */
  readonly where: string;
}

/** The machine, what else it did, and the versions that figures hold for: one line; to be asked before measuring. */
export async function conditions(): Promise<string> {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const programs = [findExecutable('redis-server') && 'redis-server', await mongodBinary()];
  const versions = await Promise.all(programs.map((program) => program && versionOf(program)));
  const software = [`Node ${process.versions.node}`, ...versions.filter(Boolean)];
  const machine = `${cpus().length} × ${processor?.model.trim()}, ${memory} GiB`;
  return `${machine}, with a load of ${loadavg()[0]?.toFixed(1)} before; ${software.join(', ')}.`;
}

/** Results as a Markdown table. */
export function toTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ name, measures }) =>
    measures.map(({ what, value, aim }) => `| \`${name}\` | ${what} | ${value} | ${aim ?? ''} |`),
  );
  return ['| benchmark | measure | value | aim |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The page of a result; its charts lie beside it. */
export function toPage(result: Written): string {
  const { name, question, long, where, charts = [] } = result;
  const command = `make bench BENCH=${name}${long ? ' LONG=1' : ''} WRITE=1`;
  const pictures = charts.map((chart) => `![${chart.title}](${chart.name}.svg)\n\n`);
  const intro = `Written by \`${command}\`; [how it is measured](../../../explanation/benchmarks.md).`;
  return `# ${question}\n\n${intro}\n${where}\n\n${pictures.join('')}${toTable([result])}\n`;
}

async function versionOf(program: string): Promise<string | undefined> {
  const { stdout } = await execa(program, ['--version']);
  const [, version] = /v(?:ersion )?[=v]?(\d+\.\d+\.\d+)/.exec(stdout) ?? [];
  return version && `${program.endsWith('mongod') ? 'MongoDB' : 'Redis'} ${version}`;
}
