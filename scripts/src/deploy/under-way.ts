import type { Loaded } from '../../../app/src/settings/load.js';
import type { Remote } from '../remote/remote.js';
import { checkLook } from './check-look.js';
import * as commands from './commands.js';
import { Host } from './host.js';
import type { Journal, TouchingStep } from './journal.js';
import { type Held, takeLock } from './lock.js';
import { type Look, lookAt, settingsAt } from './look.js';
import type { ChangeRequest } from './request.js';
import type { RollOut } from './roll-out.js';
import { releaseId } from './site.js';
import { targetOf } from './target.js';

/** A change of the release on a host while it goes on: what was found there, what is planned, what was written down. */
export class UnderWay {
  readonly request: ChangeRequest;
  readonly remote: Remote;
  readonly interrupted: AbortSignal;
  /** The release that is to serve, and the Compose project of its site; empty until they are known. */
  id = '';
  project = '';
  /** Known once the release is prepared. */
  plan: RollOut | undefined;
  readonly #began = performance.now();
  #look: Look | undefined;
  #held: Held | undefined;
  #journal: Journal | undefined;

  constructor(request: ChangeRequest, remote: Remote, interrupted: AbortSignal) {
    this.request = request;
    this.remote = remote;
    this.interrupted = interrupted;
  }

  /** @throws HermesError where the change cannot be; nothing is touched */
  async look(): Promise<Look> {
    const look = await lookAt(this.remote, this.request.path);
    const { deploy, to } = this.request;
    this.#look = look;
    if (deploy) {
      const loaded = this.settings;
      checkLook(look, loaded);
      this.id ||= releaseId(new Date(), deploy.wanted.image);
      this.project = loaded.settings.COMPOSE_PROJECT;
    } else if (!look.journal) {
      const target = targetOf(look, to);
      this.id = target.id;
      this.project = target.project;
    }
    return look;
  }

  /** The last look. */
  get found(): Look {
    if (!this.#look) throw new Error('nobody has looked yet');
    return this.#look;
  }

  /** Those that the new release will have. */
  get settings(): Loaded {
    return settingsAt(this.found, this.request.deploy?.given ?? {});
  }

  get planned(): RollOut {
    if (!this.plan) throw new Error('there is no plan yet');
    return this.plan;
  }

  /** What is planned whichever way it goes. */
  get fromHere(): Pick<RollOut, 'from' | 'full' | 'settles'> {
    const { releases, current } = this.found;
    return {
      from: releases.find(({ id }) => id === current),
      full: this.request.full,
      settles: this.request.deploy !== undefined,
    };
  }

  get host(): Host {
    return new Host(this.remote, this.found.root, this.signal);
  }

  /** Aborted when nothing more may be done there. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.interrupted, this.remote.lost, ...(this.#held ? [this.#held.lost] : [])]);
  }

  /** Whether the host can still be put in order by us. */
  get inHand(): boolean {
    return !this.remote.lost.aborted && !this.#held?.lost.aborted;
  }

  /** The step that was written down last; undefined while nothing is touched, and once all is done. */
  get journal(): Journal | undefined {
    return this.#journal;
  }

  async lock(): Promise<void> {
    this.#held = await takeLock(this.remote, this.found.root, this.request.by);
  }

  async unlock(): Promise<void> {
    await this.#held?.release();
  }

  /** Writes down what is about to be done. */
  async begin(step: TouchingStep): Promise<void> {
    this.#journal = {
      what: this.request.deploy ? 'deploy' : 'rollback',
      release: this.id,
      from: this.found.current,
      project: this.project,
      step,
      by: this.request.by,
      since: this.#journal?.since ?? new Date().toISOString(),
    };
    const host = step === 'record' ? this.host.unhurried() : this.host;
    await host.step(commands.journal(host.root, this.#journal));
  }

  /** Writes down that all is done. */
  async end(): Promise<void> {
    if (!this.#journal) return;
    const { root } = this.found;
    const { what, release, from, by } = this.#journal;
    const seconds = Math.round((performance.now() - this.#began) / 1_000);
    const entry = { at: new Date().toISOString(), by, what, release, from, result: 'ok', seconds };
    await this.host.unhurried().step(`${commands.audit(root, entry)}\n${commands.journal(root, undefined)}`);
    this.#journal = undefined;
  }
}
