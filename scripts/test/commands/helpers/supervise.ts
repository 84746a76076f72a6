import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LogLimit, ProcessPlan, StackPlan } from '../../../src/stack/plan.js';

const supervisor = fileURLToPath(
  new URL('../../../../dist/scripts/src/stack/supervisor.js', import.meta.url),
);

export interface Supervised {
  readonly root: string;
  readonly logs: string;
  /** A log that is bounded, though the supervisor does not write it. */
  readonly appended: string;
  /** Stops it, if it is still there: else it fails. */
  stop(): Promise<void>;
}

/**
 * A real supervisor, with a process of the test's own in place of the app.
 * @param obstacle name of a folder to put among the logs
 */
export async function supervise(
  one: Pick<ProcessPlan, 'command' | 'args'>,
  logLimit: LogLimit,
  obstacle = '',
): Promise<Supervised> {
  const root = mkdtempSync(join(tmpdir(), 'hermes-commands-'));
  const logs = join(root, '.hermes/logs');
  const appended = join(logs, 'appended.log');
  for (const folder of [join(logs, obstacle), join(root, '.hermes/run')]) {
    mkdirSync(folder, { recursive: true });
  }
  const plan: StackPlan = {
    root,
    proxy: '',
    fingerprint: '',
    configuration: '',
    served: {} as StackPlan['served'],
    stopGrace: 1_000,
    logLimit,
    appendedLogs: [appended],
    processes: [{ name: 'app', stopSignal: 'SIGTERM', ...one }],
  };
  writeFileSync(join(root, 'plan.json'), JSON.stringify(plan));
  const child = spawn(process.execPath, [supervisor, join(root, 'plan.json')], { stdio: 'inherit' });
  const ended = new Promise((done) => child.once('close', done));
  const stop = async () => {
    child.kill('SIGTERM');
    assert.equal(await ended, 0, 'the supervisor did not end by itself');
    rmSync(root, { recursive: true });
  };
  return { root, logs, appended, stop };
}
