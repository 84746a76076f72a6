import { setTimeout as pause } from 'node:timers/promises';
import type { TestClient } from '../test/helpers/client.js';
import { until } from '../test/helpers/wait.js';
import { longPatience, ownAddress } from './clients.js';
import type { ContractSite } from './way.js';

/** Milliseconds between two attempts to connect. */
const backOff = 500;

/** A careful client: whenever its socket closes it connects again, and resumes after the last id that it has. */
export class Follower {
  readonly ids: string[] = [];
  /** Codes with which its sockets were closed. */
  readonly closes: number[] = [];
  /** Sockets that it has opened. */
  opened = 0;
  readonly #site: ContractSite;
  readonly #token: string;
  readonly #done: Promise<void>;
  #client: TestClient | undefined;
  #ending = false;

  constructor(site: ContractSite, token: string) {
    this.#site = site;
    this.#token = token;
    this.#done = this.#run();
  }

  /** Waits until it has opened so many sockets. */
  reached(opened: number): Promise<void> {
    return until(
      () => this.opened >= opened,
      () => `${opened} sockets opened, not ${this.opened}`,
      longPatience,
    );
  }

  async end(): Promise<void> {
    this.#ending = true;
    this.#client?.socket.close();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#ending) {
      const since = this.ids.at(-1);
      const path = since === undefined ? '/ws' : `/ws?since=${since}`;
      this.#client = await this.#site.connect(path, this.#token, ownAddress()).catch(() => undefined);
      if (this.#client) await this.#follow(this.#client);
      else await pause(backOff);
    }
  }

  async #follow({ socket, frames }: TestClient): Promise<void> {
    this.opened += 1;
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    for (const { id } of frames) this.ids.push(String(id));
    socket.on('message', (data) => this.ids.push(JSON.parse(String(data)).id));
    if (this.#ending) socket.close();
    const code = await closed;
    if (!this.#ending) this.closes.push(code);
  }
}
