import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { messageOf } from '../../../app/src/errors.js';
import { projectAt } from '../project.js';
import { boundFile } from './bounded-file.js';
import { merged } from './merged.js';
import type { StackPlan } from './plan.js';
import { identify, type ProcessIdentity, signal } from './process-identity.js';
import { openProcessLog } from './process-log.js';
import { ProxyReload } from './proxy-reload.js';
import { isReplica } from './replicas.js';
import { clearState, type ProcessState, type StackState, writeState } from './state.js';
import { SupervisedSet } from './supervised-set.js';
import { switchProxy } from './switch-proxy.js';

/*
 * The background process of the native engine: starts the processes of a plan, writes their output to bounded logs,
 * starts again what dies, has nginx take up a new configuration, or replaces the proxy, on SIGUSR2, and stops all of it on SIGTERM.
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

const processes: Record<string, ProcessState> = {};
const proxy = new ProxyReload({
  master: () => processes.nginx?.identity,
  apps,
  drainGrace: plan.stopGrace,
});
/** The plan that was taken up last. */
let current = plan;
let answer: StackState['answer'];
let bounded = boundLogs(plan);
const supervised = new SupervisedSet((one) => {
  processes[one.name] = { restarts: 0 };
  return {
    folder: project.run,
    log: openProcessLog(project.logs, one, plan.logLimit),
    grace: plan.stopGrace,
    signal: stopping.signal,
    record: (state) => {
      processes[one.name] = state;
      record();
    },
  };
});
for (const one of plan.processes) supervised.start(one);
record();

if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
await supervised.stop();
for (const release of bounded) release();
clearState(project);
process.exit(0);

async function takeUpPlan(): Promise<void> {
  try {
    const next = readPlan();
    const { request = '' } = next;
    try {
      const gap = next.proxy === current.proxy ? await proxy.reload() : await replaceProxy(next);
      current = next;
      answer = { request, ...(gap !== undefined && { gap }) };
    } catch (error) {
      answer = { request, fault: messageOf(error) };
    }
  } catch (error) {
    process.stderr.write(`${new Date().toISOString()} plan.json: ${messageOf(error)}\n`);
  }
  record();
}

async function replaceProxy(next: StackPlan): Promise<number> {
  const before = current;
  for (const release of bounded) release();
  bounded = boundLogs(next);
  // For what starts from now on.
  process.env.PROXY = next.served.PROXY;
  const sendAway = () => {
    for (const app of apps()) signal(app, 'SIGUSR2');
  };
  try {
    return await switchProxy({ set: supervised, before, next, signal: stopping.signal, sendAway });
  } catch (error) {
    process.env.PROXY = before.served.PROXY;
    throw error;
  } finally {
    for (const name of Object.keys(processes)) if (!supervised.has(name)) delete processes[name];
  }
}

function apps(): ProcessIdentity[] {
  return Object.entries(processes).flatMap(([name, { identity }]) => (isReplica(name) && identity) || []);
}

function boundLogs({ appendedLogs, logLimit }: StackPlan): (() => void)[] {
  return appendedLogs.map((path) => boundFile(path, logLimit));
}

function record(): void {
  const { fingerprint, stopGrace } = plan;
  const { proxy: proxyFingerprint, configuration, served } = current;
  const reloads = {
    proxy: proxyFingerprint,
    configuration,
    oldWorkers: proxy.old,
    ...(answer && { answer }),
  };
  try {
    writeState(project, { supervisor, fingerprint, served, stopGrace, startedAt, processes, ...reloads });
  } catch (error) {
    // A disk that is full now may not be so at the next change; the processes go on.
    process.stderr.write(`${new Date().toISOString()} state.json: ${(error as Error).message}\n`);
  }
}
