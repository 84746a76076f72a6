import { createSecureContext, type SecureContext } from 'node:tls';
import jwt from 'jsonwebtoken';
import type { ClientOptions } from 'ws';
import { connect, type TestClient } from '../../../../app/test/helpers/client.js';
import { certificateName } from '../../../src/certs/layout.js';
import type { Environment } from '../../commands/helpers/run.js';
import { type Scratch, scratch } from '../../commands/helpers/scratch.js';
import { type Pebble, type PebbleOptions, startPebble } from './pebble.js';

/** Of an installation that is given no other. */
export const domain = 'hermes.localhost';

/** An installation of its own, and a CA that looks at its port for HTTP. */
export class Installation {
  readonly one: Scratch;
  readonly pebble: Pebble;
  /** Settings, as `KEY=value`, that make it ask this CA. */
  readonly settings: readonly string[];
  readonly #names: readonly string[];

  constructor(one: Scratch, pebble: Pebble, names: readonly string[], settings: readonly string[]) {
    this.one = one;
    this.pebble = pebble;
    this.#names = names;
    this.settings = settings;
  }

  /** Names the folder of its certificate. */
  get name(): string {
    return certificateName(this.#names);
  }

  /** Where clients connect: by address, because a name below `.localhost` need not resolve. */
  get url(): string {
    const direct = this.settings.includes('PROXY=none');
    return `wss://127.0.0.1:${direct ? this.one.ports.app : this.one.ports.https}`;
  }

  /** How a client names and verifies it. @param host one of its names, or one below its wildcard */
  async clientOptions(
    host = this.name,
  ): Promise<ClientOptions & { servername: string; secureContext: SecureContext }> {
    const { port } = new URL(this.url);
    return {
      servername: host,
      secureContext: createSecureContext({ ca: await this.pebble.root() }),
      headers: { Host: `${host}:${port}`, Authorization: `Bearer ${this.token()}` },
      perMessageDeflate: false,
    };
  }

  token(user = 'u1'): string {
    return jwt.sign({ user_id: user, cs_tenant_id: 't1' }, this.one.secrets.JWT_SECRET_KEY ?? '', {
      expiresIn: '1h',
    });
  }

  async connect(host?: string): Promise<TestClient> {
    return connect(`${this.url}/ws`, [], await this.clientOptions(host));
  }

  /** PEM of the certificate in use. */
  get live(): string {
    return this.one.read('certs/live', this.name, 'fullchain.pem');
  }

  up(...more: string[]): Promise<string> {
    return this.one.up(...this.settings, ...more);
  }

  stop(): Promise<void> {
    return this.pebble.stop();
  }
}

export interface InstallationOptions extends Partial<PebbleOptions> {
  /** For every command. */
  readonly environment?: Environment;
  /** Value of DOMAIN. */
  readonly names?: readonly string[];
}

/** @param more settings, as `KEY=value` */
export async function newInstallation(
  { environment, names = [domain], ...options }: InstallationOptions = {},
  ...more: string[]
): Promise<Installation> {
  const one = await scratch(environment && { environment });
  const pebble = await startPebble({ httpPort: one.ports.http, tlsPort: one.ports.https, ...options });
  return new Installation(one, pebble, names, [
    'TLS=letsencrypt',
    `DOMAIN=${names.join()}`,
    `ACME_DIRECTORY=${pebble.url}`,
    `ACME_CA_BUNDLE=${pebble.bundle}`,
    ...more,
  ]);
}
