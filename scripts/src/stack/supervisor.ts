import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { messageOf } from '../../../app/src/errors.js';
import { projectAt } from '../project.js';
import { boundFile } from './bounded-file.js';
import { keepRunning } from './keep-running.js';
import { merged } from './merged.js';
import type { StackPlan } from './plan.js';
import { identify } from './process-identity.js';
import { openProcessLog } from './process-log.js';
import { ProxyReload } from './proxy-reload.js';
import { clearState, type ProcessState, type StackState, writeState } from './state.js';

/*
 * The background process of the native engine: starts the processes of a plan, writes their output to bounded logs,
 * starts again what dies, has nginx take up a new configuration on SIGUSR2, and stops all of it on SIGTERM.
 */

/** Milliseconds after a reload within which further ones become one. */
const reloadPause = 3_000;

const readPlan = (): StackPlan => JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const plan = readPlan();
const project = projectAt(plan.root);
const supervisor = identify(process.pid) ?? { pid: process.pid, started: '' };
const startedAt = new Date().toISOString();
const stopping = new AbortController();

process.on('SIGTERM', () => stopping.abort());
process.on('SIGINT', () => stopping.abort());
// The terminal that started the stack may close.
process.on('SIGHUP', () => {});
process.on('SIGUSR2', merged(takeUpPlan, reloadPause));
// Logs and embedded data hold what clients send: nobody else on this host has to read them.
process.umask(0o077);

const processes: Record<string, ProcessState> = Object.fromEntries(
  plan.processes.map(({ name }) => [name, { restarts: 0 }]),
);
const proxy = new ProxyReload({
  master: () => processes.nginx?.identity,
  app: () => processes.app?.identity,
  drainGrace: plan.stopGrace,
});
let { configuration, served } = plan;
let answer: StackState['answer'];
record();
const bounded = plan.appendedLogs.map((path) => boundFile(path, plan.logLimit));
const supervised = plan.processes.map((one) =>
  keepRunning(one, {
    folder: project.run,
    log: openProcessLog(project.logs, one, plan.logLimit),
    grace: plan.stopGrace,
    signal: stopping.signal,
    record: (state) => {
      processes[one.name] = state;
      record();
    },
  }),
);

if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
// One after another: the app sends its sockets away while the proxy still carries them.
for (const one of supervised) await one.stop();
await Promise.all(supervised.map(({ done }) => done));
for (const release of bounded) release();
clearState(project);
process.exit(0);

async function takeUpPlan(): Promise<void> {
  try {
    const next = readPlan();
    const { request = '' } = next;
    try {
      await proxy.reload();
      ({ configuration, served } = next);
      answer = { request };
    } catch (error) {
      answer = { request, fault: messageOf(error) };
    }
  } catch (error) {
    process.stderr.write(`${new Date().toISOString()} plan.json: ${messageOf(error)}\n`);
  }
  record();
}

function record(): void {
  const { fingerprint, stopGrace } = plan;
  const reloads = { configuration, oldWorkers: proxy.old, ...(answer && { answer }) };
  try {
    writeState(project, { supervisor, fingerprint, served, stopGrace, startedAt, processes, ...reloads });
  } catch (error) {
    // A disk that is full now may not be so at the next change; the processes go on.
    process.stderr.write(`${new Date().toISOString()} state.json: ${(error as Error).message}\n`);
  }
}
