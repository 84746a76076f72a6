import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import jwt from 'jsonwebtoken';
import { Follower } from '../../../../app/test/chaos/follower.js';
import { Ledger } from '../../../../app/test/chaos/ledger.js';
import { pace } from '../../../../app/test/chaos/pace.js';
import { type Poster, poster } from '../../../../app/test/chaos/poster.js';
import { until } from '../../../../app/test/helpers/wait.js';
import type { DeploySite } from './deploy-site.js';
import { figures } from './figures.js';

const tenant = 't1';
const device = 'device-0';
/** The user who gets notifications, and nobody else; the others are of another. */
const notified = 'notified';

const channels = ['/ws', `/ws/tenant/${tenant}`, `/ws/device/${device}`, '/ws/notifications'] as const;

/** Clients on four channels that come back and resume, and a service that publishes for all of them. */
export class Audience {
  readonly followers: readonly Follower[];
  readonly #service: Service;
  readonly #uplinks: Ledger;
  readonly #notes: Ledger;
  readonly #accepted = { uplinks: 0, notes: new Set<number>() };
  #publishing = true;
  #published: Promise<unknown> = Promise.resolve();

  private constructor(service: Service, followers: readonly Follower[], uplinks: Ledger, notes: Ledger) {
    this.#service = service;
    this.followers = followers;
    this.#uplinks = uplinks;
    this.#notes = notes;
  }

  static async start(site: DeploySite): Promise<Audience> {
    const { secrets, ca } = site;
    const service = new Service(site);
    // Nobody may open the channel of a device that nobody has heard of.
    await service.uplink(-1);
    const uplinks = new Ledger();
    const notes = new Ledger(({ channel, message }) =>
      channel === 'notifications' ? Number(message) : undefined,
    );
    const secureContext = createSecureContext({ ca });
    const followers = Array.from({ length: figures.clients }, (_, client) => {
      const path = channels[client % channels.length] ?? '/ws';
      const own = path === '/ws/notifications';
      const claims = { user_id: own ? notified : 'audience', cs_tenant_id: tenant };
      return new Follower({
        url: `wss://localhost:${site.ports.https}${path}`,
        token: jwt.sign(claims, secrets.JWT_SECRET_KEY ?? '', { expiresIn: '2h' }),
        secureContext,
        take: (frame) =>
          (own ? notes : uplinks).book(
            Math.floor(client / channels.length) * (own ? 1 : 3) + (own ? 0 : client % channels.length),
            frame,
          ),
      });
    });
    await Promise.all(followers.map((follower) => follower.open()));
    return new Audience(service, followers, uplinks, notes);
  }

  /** Publishes on and on; settles once every client has got something, so that each knows since when to ask. */
  async begin(): Promise<void> {
    const { uplinks, notes } = this.#sizes;
    this.#published = pace(
      figures.rate,
      () => this.#publishing,
      async (n) => {
        await this.#service.uplink(n);
        this.#accepted.uplinks += 1;
        if (n % 10 === 0 && (await this.#service.note(n))) this.#accepted.notes.add(n);
      },
    );
    await until(
      () => this.#uplinks.complete(uplinks, 1) && this.#notes.complete(notes, 1),
      () => 'a message for every client',
      60_000,
      50,
    );
  }

  /** Stops the service, and looks at what came: for each client all of it, and nothing twice. */
  async verdict() {
    this.#publishing = false;
    await this.#published;
    const { uplinks, notes } = this.#sizes;
    const [all, accepted] = [this.#accepted.uplinks, this.#accepted.notes];
    await until(
      () => this.#uplinks.complete(uplinks, all) && this.#notes.complete(notes, accepted.size),
      () => '',
      figures.settle * 1_000,
      200,
    ).catch(() => {});
    const one = this.#uplinks.verdict(uplinks);
    const other = this.#notes.verdict(notes);
    const missing = [...accepted].filter((n) => !this.#notes.idsByNumber.has(n));
    assert.deepEqual([...this.#uplinks.strange, ...this.#notes.strange], []);
    return {
      clients: this.followers.length,
      accepted: all + accepted.size,
      delivered: one.delivered + other.delivered,
      lost: one.lost + other.lost + missing.length + Math.max(0, all - this.#uplinks.idsByNumber.size),
      duplicated: one.duplicated + other.duplicated,
      disordered: one.disordered + other.disordered,
      'refused for good': this.followers.filter(({ connected }) => !connected).length,
      reconnects: this.followers.reduce((sum, { returns }) => sum + returns.length, 0),
      'attempts that failed': this.failures,
      'most reconnects in one second': this.mostReturns,
      'longest without a connection (ms)': Math.max(...this.followers.map(({ longestAway }) => longestAway)),
    };
  }

  /** Clients that came back in the busiest second. */
  get mostReturns(): number {
    const times = this.followers.flatMap(({ returns }) => returns).sort((a, b) => a - b);
    return times.reduce((most, time, index) => {
      const end = times.findIndex((one) => one >= time + 1_000);
      return Math.max(most, (end < 0 ? times.length : end) - index);
    }, 0);
  }

  /** Why clients could not come back at once, and how often. */
  get failures(): string {
    const all = new Map<string, number>();
    for (const { failures } of this.followers)
      for (const [why, times] of failures) all.set(why, (all.get(why) ?? 0) + times);
    return [...all].map(([why, times]) => `${times} × ${why}`).join(', ') || 'none';
  }

  get closeCodes(): number[] {
    return this.followers.flatMap(({ closeCodes }) => closeCodes);
  }

  async stop(): Promise<void> {
    this.#publishing = false;
    await this.#published.catch(() => {});
    await Promise.all(this.followers.map((follower) => follower.stop()));
    this.#service.stop();
  }

  get #sizes() {
    const notes = this.followers.filter((_, client) => client % channels.length === 3).length;
    return { notes, uplinks: this.followers.length - notes };
  }
}

/** As a careful service publishes: the same one again, under its own id, until it is accepted. */
class Service {
  readonly #poster: Poster;

  constructor({ url, secrets, ca }: DeploySite) {
    this.#poster = poster(url, secrets.SERVICE_API_KEY ?? '', ca, 32);
  }

  async uplink(n: number): Promise<void> {
    const uplink = { tenant_id: tenant, dev_eui: device, payload: { n }, deduplicationId: `deploy-${n}` };
    for (;;) {
      const status = await this.#poster.post('/messages', uplink);
      if (status === 200 || status === 202) return;
      if (status >= 400 && status < 500 && status !== 429) throw new Error(`POST /messages: ${status}`);
      await pause(100 + 200 * Math.random());
    }
  }

  /** @returns whether it was accepted; without an id of its own it is not sent again when nobody knows. */
  async note(n: number): Promise<boolean> {
    return (
      (await this.#poster.post('/notify', { user_id: notified, title: 'note', message: String(n) })) === 202
    );
  }

  stop(): void {
    this.#poster.stop();
  }
}
