import { type Scratch, scratch } from '../../commands/helpers/scratch.js';
import { type Pebble, type PebbleOptions, startPebble } from './pebble.js';

/** An installation of its own, and a CA that looks at its port for HTTP. */
export interface Installation {
  readonly one: Scratch;
  readonly pebble: Pebble;
  /** Settings, as `KEY=value`, that make it ask this CA. */
  readonly settings: readonly string[];
  stop(): Promise<void>;
}

export const domain = 'hermes.localhost';

export async function newInstallation(
  options: Omit<PebbleOptions, 'httpPort'> = {},
  ...more: string[]
): Promise<Installation> {
  const one = await scratch();
  const pebble = await startPebble({ httpPort: one.ports.http, ...options });
  const settings = [
    'TLS=letsencrypt',
    `DOMAIN=${domain}`,
    `ACME_DIRECTORY=${pebble.url}`,
    `ACME_CA_BUNDLE=${pebble.bundle}`,
    ...more,
  ];
  return { one, pebble, settings, stop: () => pebble.stop() };
}
