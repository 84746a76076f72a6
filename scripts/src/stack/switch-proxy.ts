import { setTimeout as delay } from 'node:timers/promises';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { awaitRoutes } from './await-routes.js';
import type { ProcessPlan, StackPlan } from './plan.js';
import { accepts, portsOf } from './ports.js';
import type { SupervisedSet } from './supervised-set.js';

export interface Switch {
  readonly set: SupervisedSet;
  readonly before: StackPlan;
  readonly next: StackPlan;
  readonly signal: AbortSignal;
  /** Has the app send the sockets that are open now away. */
  sendAway(): void;
}

/** Milliseconds for the old proxy to listen no more, and for the new one to know its routes. */
const patience = 15_000;
const pollInterval = 2;

/**
 * Replaces the proxy, and what is told which proxy it is; the app goes on. The old proxy listens no more but keeps its
 * sockets until the new one serves; then the app sends them away over its drain window, and they come back through that.
 * @returns milliseconds in which nobody served the ports
 * @throws HermesError `not-switched` when the new one does not serve; the old one has been started again by then
 */
export async function switchProxy({ set, before, next, signal, sendAway }: Switch): Promise<number> {
  const [old, fresh] = [before, next].map((plan) => plan.processes.find(isProxy));
  if (!old || !fresh) throw new HermesError('not-switched', 'there is no proxy to replace');
  const companions = next.processes.filter(({ name }) => name === 'renewal' || name === 'watch');
  await Promise.all(companions.map(({ name }) => set.release(name)));
  const begun = performance.now();
  const gone = set.release(old.name, old.leaveSignal);
  await holds(async () => !(await isServed(next)), signal);
  const closed = performance.now();
  set.start(fresh);
  await awaitRoutes(next.served as Settings, patience, signal);
  const serves = await isServed(next);
  const gap = performance.now() - (closed - begun > pollInterval ? closed : begun);
  if (!serves) await set.release(fresh.name);
  // Its supervision ends with its last socket, and needs the ports no more.
  else sendAway();
  await gone;
  if (!serves) {
    set.start(old);
    await holds(() => isServed(before), signal);
  }
  for (const one of companions) set.start(one);
  set.sortLike((serves ? next : before).processes);
  if (serves) return gap;
  if (await isServed(before))
    throw new HermesError('not-switched', `${fresh.name} does not serve, so ${old.name} does again`);
  throw new HermesError(
    'not-switched',
    `${fresh.name} does not serve, and neither does ${old.name} any more`,
  );
}

const isProxy = ({ name }: ProcessPlan) => name === 'nginx' || name === 'traefik';

async function isServed({ served }: StackPlan): Promise<boolean> {
  const ports = portsOf(served).filter(({ setting }) => setting !== 'APP_PORT');
  return (await Promise.all(ports.map(({ port }) => accepts(port)))).some(Boolean);
}

async function holds(condition: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + patience;
  while (!signal.aborted && Date.now() < deadline && !(await condition())) await delay(pollInterval);
}
