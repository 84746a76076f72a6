import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createStream } from 'rotating-file-stream';
import { projectAt } from '../project.js';
import type { ProcessPlan, StackPlan } from './plan.js';
import { identify, type ProcessIdentity } from './process-identity.js';
import { clearState, writeState } from './state.js';

/*
 * The background process of the native engine: starts the processes of a plan, writes their output to bounded logs,
 * starts again what dies, and stops all of it on SIGTERM.
 */

const firstPause = 500;
const longestPause = 30_000;
/** Milliseconds after which a process that ran counts as healthy, and its next restart comes soon again. */
const healthyAfter = 60_000;

const plan: StackPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const project = projectAt(plan.root);
const running = new Map<string, { child: ChildProcess; identity: ProcessIdentity; restarts: number }>();
const startedAt = new Date().toISOString();
const stopping = new AbortController();
const self = identify(process.pid);

process.on('SIGTERM', () => stopping.abort());
process.on('SIGINT', () => stopping.abort());
// The terminal that started the stack may close.
process.on('SIGHUP', () => {});

const loops = plan.processes.map(keepRunning);
await stop();
await Promise.all(loops);
clearState(project);
process.exit(0);

async function keepRunning(one: ProcessPlan): Promise<void> {
  const log = logFile(one.name);
  let pause = firstPause;
  for (let restarts = 0; !stopping.signal.aborted; restarts += 1) {
    const begun = Date.now();
    const child = start(one, log);
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity) running.set(one.name, { child, identity, restarts });
    record();
    const [code, signal] = await exitOf(child);
    running.delete(one.name);
    if (stopping.signal.aborted) break;
    record();
    if (Date.now() - begun > healthyAfter) pause = firstPause;
    log.write(`supervisor: ${one.name} ended (${signal ?? code}), starts again in ${pause} ms\n`);
    await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
    pause = Math.min(pause * 2, longestPause);
  }
  log.end();
}

function start(one: ProcessPlan, log: Writable): ChildProcess {
  const child = spawn(one.command, one.args, { cwd: project.run, stdio: ['ignore', 'pipe', 'pipe'] });
  if (one.mask) {
    const sed = spawn('sed', ['-u', '-E', '-f', one.mask], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdout?.pipe(sed.stdin, { end: false });
    child.stderr?.pipe(sed.stdin, { end: false });
    child.once('close', () => sed.stdin.end());
    sed.stdin.on('error', () => {});
    sed.stdout.pipe(log, { end: false });
  } else {
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
  }
  return child;
}

async function exitOf(child: ChildProcess): Promise<[number | string | null, string | null]> {
  try {
    return (await once(child, 'exit')) as [number | null, string | null];
  } catch (error) {
    return [(error as Error).message, null];
  }
}

function logFile(name: string): Writable {
  return createStream(`${name}.log`, { path: project.logs, size: '10M', maxFiles: 5 });
}

function record(): void {
  if (!self) return;
  const processes = Object.fromEntries(
    [...running].map(([name, { identity, restarts }]) => [name, { ...identity, restarts }]),
  );
  const { fingerprint, url, stopGrace } = plan;
  writeState(project, { supervisor: self, fingerprint, url, stopGrace, startedAt, processes });
}

/** Once told to stop: one process after another, each with its grace time. */
async function stop(): Promise<void> {
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  for (const { name, stopSignal } of plan.processes) {
    const child = running.get(name)?.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill(stopSignal);
    const late = delay(plan.stopGrace, 'late', { ref: false });
    if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
    await ended;
  }
}
