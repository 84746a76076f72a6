import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { endOrphans } from './end-process.js';
import type { ProcessPlan } from './plan.js';
import { awaitPort } from './ports.js';
import { environmentOf } from './process-environment.js';
import { identify } from './process-identity.js';
import type { ProcessLog } from './process-log.js';
import type { ProcessState } from './state.js';

const firstPause = 500;
const longestPause = 30_000;
/** Milliseconds after which a process that ran counts as healthy, and its next restart comes soon again. */
const healthyAfter = 60_000;
/** Milliseconds to wait for another process to listen. */
const portPatience = 10_000;

export interface Supervision {
  /** Folder it runs in. */
  readonly folder: string;
  readonly log: ProcessLog;
  /** Milliseconds that it has to stop. */
  readonly grace: number;
  /** Ends the supervision; the process itself is stopped by `stop`. */
  readonly signal: AbortSignal;
  /** Told of every start. */
  record(state: ProcessState): void;
}

export interface Supervised {
  /** Settles once the supervision was ended and the process is gone. */
  readonly done: Promise<void>;
  /** Asks the process to stop, and makes it after its grace time. @param by another signal than usual */
  stop(by?: NodeJS.Signals): Promise<void>;
}

/** Starts a process, and starts it again whenever it ends, with pauses that grow. */
export function keepRunning(plan: ProcessPlan, supervision: Supervision): Supervised {
  let current: ChildProcess | undefined;
  const done = loop(plan, supervision, (child) => {
    current = child;
  });
  return { done, stop: (by = plan.stopSignal) => stop(current, by, supervision) };
}

async function loop(
  plan: ProcessPlan,
  { folder, log, grace, signal, record }: Supervision,
  started: (child: ChildProcess) => void,
): Promise<void> {
  let pause = firstPause;
  await Promise.all(plan.afterPorts?.map((port) => awaitPort(port, portPatience, signal)) ?? []);
  for (let restarts = 0; !signal.aborted; restarts += 1) {
    const begun = Date.now();
    const child = start(plan, folder);
    const written = log.follow(child);
    const ended = exitOf(child);
    started(child);
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    record({ restarts, ...(identity && { identity }) });
    const how = await ended;
    if (identity) await endOrphans(identity, grace);
    await written;
    if (signal.aborted) break;
    if (Date.now() - begun > healthyAfter) pause = firstPause;
    log.note(`${plan.name} ended (${how}), starts again in ${pause} ms`);
    await delay(pause, undefined, { signal }).catch(() => {});
    pause = Math.min(pause * 2, longestPause);
  }
  await log.end();
}

/** In a process group of its own, by which the children of a killed process are found. */
function start(plan: ProcessPlan, folder: string): ChildProcess {
  const { command, args } = plan;
  const env = environmentOf(plan);
  return spawn(command, args, { cwd: folder, detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function stop(
  child: ChildProcess | undefined,
  by: NodeJS.Signals,
  { grace }: Supervision,
): Promise<void> {
  if (!child || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = exitOf(child);
  child.kill(by);
  const late = delay(grace, 'late', { ref: false });
  if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
  await ended;
}

/** The exit status, the signal, or why it could not be started. */
async function exitOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit');
    return String(signal ?? code);
  } catch (error) {
    return (error as Error).message;
  }
}
