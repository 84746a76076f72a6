import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder, type RunningService, startService } from '../../helpers/service.js';
import { Relay } from './relay.js';
import { makeCa, type ThrowawayCa } from './throwaway-ca.js';

/** A service with direct TLS, whose address and data outlive its restarts. */
export class Site {
  readonly ca: ThrowawayCa;
  readonly #folder = newFolder();
  #settings: Record<string, string> = {};
  readonly #relay = new Relay();
  #service: RunningService | undefined;
  #published = 0;

  constructor() {
    this.ca = makeCa(this.#folder);
  }

  /** @param settings as in the environment */
  async start(settings: Record<string, string> = {}): Promise<void> {
    this.#settings = {
      SSL_CERTFILE: this.ca.certFile,
      SSL_KEYFILE: this.ca.keyFile,
      SSL_REQUIRED: 'true',
      DATA_DIR: join(this.#folder, 'data'),
      ...settings,
    };
    await this.#relay.listen();
    await this.#run();
    this.#relay.aim(this.service.port);
  }

  /** The service as it runs now, past the relay. */
  get service(): RunningService {
    if (this.#service) return this.#service;
    throw new Error('the site was not started');
  }

  /** `localhost:port`, the same for the life of the site. */
  get address(): string {
    return `localhost:${this.#relay.port}`;
  }

  /** Publishes uplinks of tenant `t1`, with `f_cnt` 1, 2, 3 … over the life of the site; returns the last of them. */
  async publish(count = 1): Promise<number> {
    const lines = Array.from({ length: count }, () => {
      this.#published += 1;
      return JSON.stringify({ tenant_id: 't1', dev_eui: 'd1', f_cnt: this.#published, payload: {} });
    });
    const answer = await this.service.post('/messages', lines.join('\n'), {
      'Content-Type': 'application/x-ndjson',
    });
    if (answer.json.accepted !== count) throw new Error(`not published: ${answer.status} ${answer.text}`);
    return this.#published;
  }

  /** Restarts the service; what `meanwhile` publishes, no client is there to see. */
  async restart(meanwhile: () => Promise<unknown>): Promise<void> {
    this.#relay.aim(undefined);
    await this.service.stop();
    await this.#run();
    await meanwhile();
    this.#relay.aim(this.service.port);
  }

  /** Breaks the lines to the clients with no close frame, and mends them after `meanwhile`. */
  async cut(meanwhile: () => Promise<unknown>): Promise<void> {
    this.#relay.aim(undefined);
    this.#relay.cut();
    await meanwhile();
    this.#relay.aim(this.service.port);
  }

  async stop(): Promise<void> {
    await this.#relay.close();
    await this.service.stop();
  }

  async #run(): Promise<void> {
    this.#service = await startService(this.#settings, readFileSync(this.ca.caFile, 'utf8'));
  }
}

/** The numbers from `first` to `last`: uplinks of a site with none lost and none twice. */
export function allOf(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
