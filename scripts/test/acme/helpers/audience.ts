import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { Follower } from '../../../../app/test/chaos/follower.js';
import { Ledger } from '../../../../app/test/chaos/ledger.js';
import { pace } from '../../../../app/test/chaos/pace.js';
import { until } from '../../../../app/test/helpers/wait.js';
import { domain, type Installation } from './installation.js';

export interface Account {
  readonly clients: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Sockets that ended without being told to by us. */
  readonly dropped: number;
  /** Handshakes of newcomers that were not completed. */
  readonly refused: number;
}

/** Clients that listen over wss with `?since=`, uplinks for all of them, and a count of every message. */
export class Audience {
  readonly #installation: Installation;
  /** Of those who were there from the beginning; who comes later has to get what comes after. */
  readonly #ledger = new Ledger();
  readonly #late: Map<string, number>[] = [];
  readonly #followers: Follower[] = [];
  readonly #early: number;
  #refused = 0;
  #stopping = false;
  #sending: Promise<number> = Promise.resolve(0);

  private constructor(installation: Installation, early: number) {
    this.#installation = installation;
    this.#early = early;
  }

  /** @param rate uplinks a second */
  static async gather(installation: Installation, early: number, rate: number): Promise<Audience> {
    const audience = new Audience(installation, early);
    await audience.#join(early, (client) => (frame) => audience.#ledger.book(client, frame));
    audience.#sending = pace(
      rate,
      () => !audience.#stopping,
      (n) => post(installation, n),
    );
    return audience;
  }

  /** Waits until the first of them have got so many messages: buffers and heaps have their usual size by then. */
  warm(messages: number): Promise<void> {
    return until(
      () => this.#ledger.complete(this.#early, messages),
      () => `${messages} messages at every client`,
      60_000,
    );
  }

  /** So many more clients arrive, and stay. */
  async welcome(newcomers: number): Promise<void> {
    await this.#join(newcomers, () => {
      const seen = new Map<string, number>();
      this.#late.push(seen);
      return (frame) => {
        const { id } = JSON.parse(String(frame));
        seen.set(id, (seen.get(id) ?? 0) + 1);
        return id;
      };
    });
  }

  /** Ends the uplinks, waits for the last of them to arrive, and counts. */
  async account(): Promise<Account> {
    this.#stopping = true;
    const accepted = await this.#sending;
    await until(
      () => this.#ledger.complete(this.#early, accepted),
      () => 'the last messages',
      30_000,
    ).catch(() => {});
    const verdict = this.#ledger.verdict(this.#early);
    const ids = [...this.#ledger.idsByNumber.values()].flat().sort();
    // Those who came later may still be on the way to the last ones.
    await until(
      () => this.#late.every((seen) => judge(seen, ids).lost === 0),
      () => 'the last messages of those who came later',
      30_000,
    ).catch(() => {});
    const late = this.#late.map((seen) => judge(seen, ids));
    const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
    const account = {
      clients: this.#followers.length,
      accepted,
      delivered: verdict.delivered + sum(this.#late.map(({ size }) => size)),
      lost: verdict.lost + sum(late.map(({ lost }) => lost)) + (accepted - ids.length) * this.#early,
      duplicated: verdict.duplicated + sum(late.map(({ duplicated }) => duplicated)),
      dropped: sum(this.#followers.map(({ reconnects }) => reconnects)),
      refused: this.#refused,
    };
    return account;
  }

  async leave(): Promise<void> {
    this.#stopping = true;
    await Promise.all([this.#sending.catch(() => {}), ...this.#followers.map((follower) => follower.stop())]);
  }

  async #join(count: number, take: (client: number) => (frame: Buffer) => string | undefined): Promise<void> {
    const { secureContext, headers, ...connection } = await this.#installation.clientOptions();
    const first = this.#followers.length;
    const fresh = Array.from({ length: count }, (_, index) => {
      const client = first + index;
      const path = client % 2 === 0 ? '/ws/tenant/t1' : '/ws';
      return new Follower({
        url: `${this.#installation.url}${path}`,
        token: this.#installation.token(`u${client}`),
        secureContext,
        take: take(client),
        connection: { ...connection, ...(headers && { headers }) },
      });
    });
    this.#followers.push(...fresh);
    const opened = await Promise.allSettled(fresh.map((follower) => follower.open()));
    this.#refused += opened.filter(({ status }) => status === 'rejected').length;
  }
}

/** Of a newcomer: everything from its first message on, each once. */
function judge(seen: ReadonlyMap<string, number>, ids: readonly string[]) {
  const first = [...seen.keys()].sort()[0];
  const expected = first === undefined ? [] : ids.filter((id) => id >= first);
  return {
    lost: expected.filter((id) => !seen.has(id)).length,
    duplicated: [...seen.values()].reduce((total, times) => total + times - 1, 0),
  };
}

/** Past the proxy, where there is one: what is tested here is the way to the clients. */
async function post({ one, settings, pebble }: Installation, n: number): Promise<void> {
  const direct = settings.includes('PROXY=none');
  const body = JSON.stringify({ tenant_id: 't1', dev_eui: 'device-1', payload: { n } });
  const ca = direct ? await pebble.root() : undefined;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = (direct ? secureRequest : request)(
      {
        host: '127.0.0.1',
        port: one.ports.app,
        path: '/messages',
        method: 'POST',
        headers: {
          Host: domain,
          'Content-Type': 'application/json',
          'X-API-Key': one.secrets.SERVICE_API_KEY,
        },
        ...(ca && { ca, servername: domain }),
      },
      (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });
  if (status !== 202) throw new Error(`POST /messages: ${status}`);
}
