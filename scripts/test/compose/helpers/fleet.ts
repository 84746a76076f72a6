import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import jwt from 'jsonwebtoken';
import { until } from '../../../../app/test/helpers/wait.js';
import { ResumingClient } from '../../commands/helpers/resuming-client.js';
import type { ContainerStack } from './container-stack.js';

/** Milliseconds for what a fleet waits for: this machine may be busy. */
const patience = 90_000;

/** What a fleet has to know of a stack. */
export type FleetStack = Pick<ContainerStack, 'wss' | 'publish'> & {
  readonly one: Pick<ContainerStack['one'], 'secrets'>;
};

/** Many clients of one tenant that come back by themselves, and a service that publishes for them. */
export class Fleet {
  readonly clients: readonly ResumingClient[];
  /** Ids of what was accepted, in that order. */
  readonly published: string[] = [];
  readonly #stack: FleetStack;
  readonly #tenant: string;
  #publishing = true;
  #service: Promise<void> | undefined;

  private constructor(stack: FleetStack, tenant: string, clients: readonly ResumingClient[]) {
    this.#stack = stack;
    this.#tenant = tenant;
    this.clients = clients;
  }

  /** All of them connect at once. */
  static async start(stack: FleetStack, count: number): Promise<Fleet> {
    const { one } = stack;
    const tenant = `tenant-${randomUUID().slice(0, 8)}`;
    const claims = { user_id: 'fleet', cs_tenant_id: tenant };
    const token = jwt.sign(claims, one.secrets.JWT_SECRET_KEY ?? '', { expiresIn: '1h' });
    const options = { token, ...stack.wss };
    const each = () => ResumingClient.start(options);
    return new Fleet(stack, tenant, await Promise.all(Array.from({ length: count }, each)));
  }

  /** Publishes on and on, and settles once every client has got something, so that each knows since when to ask. */
  async begin(): Promise<void> {
    this.#service = this.#publish();
    await until(
      () => this.clients.every(({ ids }) => ids.length > 0),
      () => 'a message for every client',
      patience,
      20,
    );
  }

  /** Waits until so many more were accepted. */
  async afterwards(count: number): Promise<void> {
    const goal = this.published.length + count;
    await until(
      () => this.published.length >= goal,
      () => `${goal} accepted messages, not ${this.published.length}`,
      patience,
      20,
    );
  }

  /** Stops the service, and looks at what came: for each client all of it, in its order, and nothing twice. */
  async assertComplete(): Promise<void> {
    this.#publishing = false;
    await this.#service;
    const count = this.published.length;
    await until(
      () => this.clients.every(({ ids }) => ids.length >= count),
      () => `${count} messages for each, not ${Math.min(...this.clients.map(({ ids }) => ids.length))}`,
      patience,
      20,
    );
    for (const { ids } of this.clients) assert.deepEqual(ids, this.published);
  }

  async end(): Promise<void> {
    this.#publishing = false;
    await this.#service;
    await Promise.all(this.clients.map((client) => client.end()));
  }

  /** As any careful service does: the same one again, under its own id, until it is accepted. */
  async #publish(): Promise<void> {
    while (this.#publishing) {
      const uplink = {
        tenant_id: this.#tenant,
        dev_eui: this.#tenant,
        payload: {},
        deduplicationId: randomUUID(),
      };
      const answer = await this.#stack.publish(uplink).catch(() => undefined);
      const again = async () => {
        await pause(20);
        return this.#stack.publish(uplink).catch(() => undefined);
      };
      let last = answer;
      while (this.#publishing && last?.status !== 202 && last?.status !== 200) last = await again();
      if (last?.status === 202 || last?.status === 200) this.published.push(last.json.id);
      await pause(20);
    }
  }
}
