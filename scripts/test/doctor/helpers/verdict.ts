import assert from 'node:assert/strict';
import { z } from 'zod';
import { faults } from '../../../src/doctor/faults.js';
import type { Run } from '../../commands/helpers/run.js';

const line = z.string().min(1);

/** What `JSON=1` prints, and nothing besides. */
const diagnosisSchema = z.strictObject({
  target: line,
  healthy: z.boolean(),
  faults: z.array(z.strictObject({ code: z.enum(Object.keys(faults)), cause: line, fix: line })),
  right: z.array(line),
  notes: z.array(line),
});

export type Verdict = z.infer<typeof diagnosisSchema>;

export function verdictOf({ code, stdout, all }: Run): Verdict {
  let verdict: Verdict;
  try {
    verdict = diagnosisSchema.parse(JSON.parse(stdout));
  } catch (error) {
    throw new Error(`no diagnosis: ${error}\n${all}`);
  }
  assert.equal(verdict.healthy, verdict.faults.length === 0);
  assert.equal(code, verdict.healthy ? 0 : 1, all);
  return verdict;
}

export function assertHealthy(run: Run): Verdict {
  const verdict = verdictOf(run);
  assert.deepEqual(verdict.faults, []);
  return verdict;
}

/** This fault was found, and no other one, however often. */
export function assertFound(run: Run, code: string): Verdict {
  const verdict = verdictOf(run);
  assert.deepEqual([...new Set(verdict.faults.map((one) => one.code))], [code], run.all);
  return verdict;
}
