import { join } from 'node:path';
import { projectRoot } from '../src/settings/project-root.js';
import { differences } from './differences.js';
import type { Row } from './row.js';
import { canAsk, type Outcome } from './run.js';
import { rows } from './table.js';
import type { Way } from './way.js';
import { ways } from './ways.js';

export const pagePath = join(projectRoot, 'docs/reference/contract.md');

const signs: Readonly<Record<Outcome, string>> = {
  passed: 'passed',
  'documented difference': 'difference',
  failed: 'FAILED',
  'not asked': 'not asked',
};

/** The report of a run: a line for each row, a column for each way, and the sum. */
export function gridOf(
  asked: readonly Row[],
  over: readonly Way[],
  outcome: (way: Way, row: Row) => Outcome,
): string {
  const cells = asked.map((row) => over.map((way) => outcome(way, row)));
  const width = Math.max(...Object.values(signs).map(({ length }) => length)) + 2;
  const line = (texts: readonly string[], name: string) =>
    `${texts.map((text) => text.padEnd(width)).join('')}${name}`.trimEnd();
  const count = (one: Outcome) => cells.flat().filter((cell) => cell === one).length;
  return [
    line(
      over.map(({ name }) => name),
      'behaviour',
    ),
    ...asked.map(({ name }, index) =>
      line(
        (cells[index] ?? []).map((cell) => signs[cell]),
        name,
      ),
    ),
    `The contract: ${count('passed')} passed, ${count('documented difference')} documented differences, ` +
      `${count('failed')} failed, ${count('not asked')} not asked.`,
    '',
  ].join('\n');
}

/** The page of the documentation: the grid as it has to come out, and the reasons. */
export function page(): string {
  const noted = differences.toSorted((a, b) => place(a) - place(b));
  const cell = (row: Row, way: Way) => {
    const index = noted.findIndex((one) => one.row === row.id && one.way === way.name);
    if (!canAsk(way, row)) return 'not asked';
    return index < 0 ? 'yes' : `see ${index + 1}`;
  };
  const table = [
    ['behaviour', ...ways.map(({ name }) => name)],
    ['---', ...ways.map(() => '---')],
    ...rows.map((row) => [row.name, ...ways.map((way) => cell(row, way))]),
  ];
  return `# The contract

What holds for clients and services however the app is served: behind Nginx, behind Traefik, or by itself with TLS. The
tests run every row of this table against a real stack of each kind (\`make test SUITE=contract\`), and fail where one
does not hold. A difference is a row of its own: it says what holds instead, that is tested too, and it has a reason.

“Not asked” is what a way has not got at all: one process without a proxy has no replicas.

This page is written from the table in \`app/contract\`; do not edit it.

${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

## Differences

${noted.map(({ way, row, holds, because }, index) => `${index + 1}. **${way}**, “${nameOf(row)}”: ${holds}. Why: ${because}.`).join('\n')}
`;
}

const place = ({ row, way }: { row: string; way: string }) =>
  rows.findIndex(({ id }) => id === row) * ways.length + ways.findIndex(({ name }) => name === way);

const nameOf = (id: string) => rows.find((row) => row.id === id)?.name;
