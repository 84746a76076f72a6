import { keepRunning, type Supervised, type Supervision } from './keep-running.js';
import type { ProcessPlan } from './plan.js';
import { isReplica } from './replicas.js';

interface Member {
  readonly plan: ProcessPlan;
  readonly supervised: Supervised;
  /** Ends the supervision of this one alone. */
  readonly end: AbortController;
}

/** The processes that are kept running, in the order of stopping. */
export class SupervisedSet {
  readonly #supervisionOf: (plan: ProcessPlan) => Supervision;
  #members: readonly Member[] = [];

  constructor(supervisionOf: (plan: ProcessPlan) => Supervision) {
    this.#supervisionOf = supervisionOf;
  }

  /** Starts one after those that are there. */
  start(plan: ProcessPlan): void {
    const supervision = this.#supervisionOf(plan);
    const end = new AbortController();
    const signal = AbortSignal.any([supervision.signal, end.signal]);
    this.#members = [
      ...this.#members,
      { plan, end, supervised: keepRunning(plan, { ...supervision, signal }) },
    ];
  }

  /**
   * Lets one go for good; it is none of this set any more.
   * @param by the signal for it; absent: the usual one
   * @returns resolves once it is gone
   */
  async release(name: ProcessPlan['name'], by?: NodeJS.Signals): Promise<void> {
    const member = this.#members.find(({ plan }) => plan.name === name);
    if (!member) return;
    this.#members = this.#members.filter((other) => other !== member);
    member.end.abort();
    await member.supervised.stop(by);
    await member.supervised.done;
  }

  has(name: string): boolean {
    return this.#members.some(({ plan }) => plan.name === name);
  }

  /** Puts the members into the order of a plan. */
  sortLike(plans: readonly ProcessPlan[]): void {
    const place = ({ plan }: Member) => plans.findIndex(({ name }) => name === plan.name);
    this.#members = [...this.#members].sort((one, other) => place(one) - place(other));
  }

  /**
   * Stops all, one after another: the app sends its sockets away while the proxy still carries them. Its replicas go
   * together, or clients would be sent from one to the next.
   */
  async stop(): Promise<void> {
    const members = this.#members;
    for (const stage of stagesOf(members))
      await Promise.all(stage.map(({ supervised }) => supervised.stop()));
    await Promise.all(members.map(({ supervised }) => supervised.done));
  }
}

function stagesOf(members: readonly Member[]): Member[][] {
  const stages: Member[][] = [];
  for (const [index, member] of members.entries()) {
    const before = members[index - 1];
    if (before && [before, member].every(({ plan }) => isReplica(plan.name))) stages.at(-1)?.push(member);
    else stages.push([member]);
  }
  return stages;
}
