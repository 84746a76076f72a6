import { setTimeout as delay } from 'node:timers/promises';
import { HermesError } from '../../../app/src/errors.js';
import { type OldWorkers, stillRunning } from './old-workers.js';
import { isAlive, membersOf, type ProcessIdentity, signal, titleOf } from './process-identity.js';

export interface ProxyReloadParts {
  /** nginx's master; undefined before its first start. */
  master(): ProcessIdentity | undefined;
  /** Every process of the app. */
  apps(): readonly ProcessIdentity[];
  /** Milliseconds within which the app's sockets are gone once it was asked to send them away. */
  readonly drainGrace: number;
}

/** Old generations of workers that may wait for their clients to go by themselves. */
const mostOld = 2;
/** Milliseconds for nginx to start its new workers. */
const startPatience = 10_000;
/** Milliseconds for workers to stop listening, and then to end if they have no client. */
const endPatience = 2_000;
const pollInterval = 25;

/**
 * Has nginx take up its configuration with no connection cut: workers that are replaced go on until their last client
 * has gone. A WebSocket may stay for days, so the app sends its sockets away when too many generations wait; they come
 * back to the new workers. nginx's own `worker_shutdown_timeout` would cut them.
 */
export class ProxyReload {
  readonly #parts: ProxyReloadParts;
  #old: OldWorkers = [];

  constructor(parts: ProxyReloadParts) {
    this.#parts = parts;
  }

  get old(): OldWorkers {
    this.#old = stillRunning(this.#old);
    return this.#old;
  }

  /** @throws HermesError `reload-failed` when nginx goes on with what it had */
  async reload(): Promise<void> {
    const { master, apps, drainGrace } = this.#parts;
    const leader = master();
    // One that is about to start reads the configuration anyway.
    if (!leader || !isAlive(leader)) return;
    const isBounded = () => this.old.length <= mostOld;
    // Those sent away after the last reload go first.
    await holds(isBounded, drainGrace);
    const earlier = this.old.flat().map(({ pid }) => pid);
    const replaced = membersOf(leader).filter(({ pid }) => !earlier.includes(pid));
    const known = [...earlier, ...replaced.map(({ pid }) => pid)];
    signal(leader, 'SIGHUP');
    const started = () => membersOf(leader).some(({ pid }) => !known.includes(pid));
    if (!(await holds(started, startPatience))) {
      const cause = 'nginx did not take up its configuration, and goes on with the one before';
      throw new HermesError('reload-failed', cause);
    }
    this.#old = [...this.old, replaced];
    // nginx lets both listen for a moment. From here on, who comes meets the new configuration.
    await holds(() => !replaced.some(listens), endPatience);
    if (await holds(isBounded, endPatience)) return;
    for (const app of apps()) signal(app, 'SIGUSR2');
  }
}

const listens = (worker: ProcessIdentity) =>
  isAlive(worker) && !titleOf(worker.pid).includes('shutting down');

async function holds(condition: () => boolean, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await delay(pollInterval);
  }
  return true;
}
