import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { processesOf } from './processes.js';
import type { Run } from './run.js';
import type { Scratch } from './scratch.js';

/**
 * What an operator may expect of a command that cannot do its work: an exit status, one or two lines that say what is
 * wrong and what to do, each of them once, and nothing half done.
 */
export function assertFault({ code, stderr, all }: Run, ...says: RegExp[]): void {
  assert(code > 0, `exit status ${code}:\n${all}`);
  const lines = stderr.split('\n').filter((line) => line && !line.startsWith('✖ '));
  assert(lines.length > 0 && lines.length <= 2, `more or less than two lines:\n${stderr}`);
  for (const text of says) assert.match(lines.join('\n'), text);
  for (const line of lines) assert.equal(all.split(line).length, 2, `said more than once: ${line}\n${all}`);
  assert.doesNotMatch(all, /^\s+at .*\d+:\d+\)?$/m, 'a stack trace');
}

export function assertNothingStarted(one: Scratch, run: Run, ...says: RegExp[]): void {
  assertFault(run, ...says);
  assert.deepEqual(processesOf(one.root), []);
  for (const left of ['run/state.json', 'lock']) assert(!existsSync(one.at('.hermes', left)), left);
}
