import { setTimeout as pause } from 'node:timers/promises';
import { HermesError } from '../../../app/src/errors.js';
import { ask, askLines, type SwarmEngine } from './engine.js';
import { progressOf, type Service, type Task, toRollBack } from './progress.js';

/** Milliseconds between two looks. */
const interval = 1_000;

/** The services of a stack; none where it is not there. */
export async function servicesOf(engine: SwarmEngine, stack: string): Promise<Service[]> {
  const filter = ['--filter', `label=com.docker.stack.namespace=${stack}`];
  const listed = await askLines<{ ID: string }>(engine, ['service', 'ls', ...filter]);
  if (listed.length === 0) return [];
  return JSON.parse(await ask(engine, ['service', 'inspect', ...listed.map(({ ID }) => ID)]));
}

/** What is meant to run of a stack. */
export async function tasksOf(engine: SwarmEngine, services: readonly Service[]): Promise<Task[]> {
  const names = services.map(({ ID }) => ID);
  const ids = await ask(engine, [
    ...['service', 'ps', '--quiet', '--no-trunc', '--filter', 'desired-state=running'],
    ...names,
  ]);
  const all = ids.split('\n').filter(Boolean);
  return all.length === 0 ? [] : JSON.parse(await ask(engine, ['inspect', '--type', 'task', ...all]));
}

export interface FailedTask {
  readonly ID: string;
  readonly Name: string;
  /** Empty where it ended in good order, as one may that Swarm found not healthy. */
  readonly Error: string;
  /** Such as `Complete 3 seconds ago`; what was replaced is `Shutdown`. */
  readonly CurrentState: string;
}

/** Tasks of a service that ended and were not meant to, the latest first. */
export async function failedTasks(engine: SwarmEngine, service: string): Promise<FailedTask[]> {
  const tasks = await askLines<FailedTask>(engine, ['service', 'ps', '--no-trunc', service]);
  return tasks.filter((task) => task.Error || /^Complete/.test(task.CurrentState));
}

export interface Patience {
  /** Nodes that take tasks. */
  readonly nodes: number;
  /** Time at which to give up, in milliseconds. */
  readonly deadline: number;
  readonly interrupted: AbortSignal;
}

/**
 * Waits until an update is over.
 * @throws HermesError `swarm-rolled-back`, `swarm-not-ready`, or the reason of the interruption
 */
export async function awaitServices(
  engine: SwarmEngine,
  stack: string,
  { nodes, deadline, interrupted }: Patience,
): Promise<void> {
  for (;;) {
    const services = await servicesOf(engine, stack);
    // A task may go between being listed and being looked at.
    const tasks = await tasksOf(engine, services).catch(() => []);
    const progress = progressOf(services, tasks, nodes);
    if (progress.is === 'done') return;
    if (progress.is === 'failed') throw await rolledBack(engine, progress);
    if (Date.now() > deadline) throw await notReady(engine, stack, progress.waitsFor);
    await pause(interval, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted());
  }
}

async function rolledBack(
  engine: SwarmEngine,
  { service, why }: { readonly service: string; readonly why: string },
): Promise<HermesError> {
  const [task] = await failedTasks(engine, service).catch(() => []);
  return new HermesError(
    'swarm-rolled-back',
    `Swarm gave up the update: ${service}: ${task?.Error || why}`,
    'what ran before goes on',
  );
}

async function notReady(engine: SwarmEngine, stack: string, service: string): Promise<HermesError> {
  const why = (await failedTasks(engine, service))[0]?.Error;
  return new HermesError(
    'swarm-not-ready',
    `${service} did not get ready in time${why ? `: ${why}` : ''}`,
    `see: docker stack ps ${stack}; docker service logs ${service}`,
  );
}

/** Brings back what an update has changed; a stack that was not there before goes. */
export async function bringBack(
  engine: SwarmEngine,
  stack: string,
  before: readonly Service[],
): Promise<void> {
  if (before.length === 0) {
    await ask(engine, ['stack', 'rm', stack]);
    return;
  }
  for (const { ID } of toRollBack(before, await servicesOf(engine, stack)))
    await ask(engine, ['service', 'rollback', '--detach', ID]);
}
