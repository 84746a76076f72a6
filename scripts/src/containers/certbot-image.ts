import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { pluginToAdd } from '../acme/certbot-program.js';
import { assertAcmeClient, isTraefikClient } from '../acme/traefik/client.js';
import { buildUnlessThere, siblingOf } from './image.js';

/** @param image the app's, which it is made from */
export function certbotImageOf(image: string, settings: Settings): string {
  const plugin = pluginToAdd(settings) ? `-${settings.ACME_DNS_PLUGIN}` : '';
  return `${siblingOf(image, 'certbot')}${plugin}`;
}

/**
 * Builds the image of certbot unless it is there.
 * @param image the app's, which is there
 * @returns whether it had to be built
 * @throws HermesError `image-not-built`
 */
export function ensureCertbotImage(
  root: string,
  image: string,
  settings: Settings,
  signal: AbortSignal,
): Promise<boolean> {
  const pip = pipConfiguration();
  const plugin = pluginToAdd(settings);
  const options = [
    ...['--file', 'certbot/Dockerfile', '--build-arg', `APP_IMAGE=${image}`],
    ...(plugin ? ['--build-arg', `DNS_PLUGIN=${plugin}`] : []),
    ...(pip ? ['--secret', `id=pip,src=${pip}`] : []),
  ];
  return buildUnlessThere(root, certbotImageOf(image, settings), options, signal);
}

/** @throws HermesError those of `assertAcmeClient`, `client-not-in-containers` */
export function assertClientInContainers(settings: Settings): void {
  assertAcmeClient(settings);
  if (!isTraefikClient(settings)) return;
  throw new HermesError(
    'client-not-in-containers',
    'ACME_CLIENT=traefik is not for containers',
    'use ACME_CLIENT=certbot, or ENGINE=native',
  );
}

/** Where pip looks, the first that is there: https://pip.pypa.io/en/stable/topics/configuration/. */
function pipConfiguration(): string | undefined {
  const { PIP_CONFIG_FILE = '', XDG_CONFIG_HOME = join(homedir(), '.config') } = process.env;
  const places = [
    PIP_CONFIG_FILE,
    join(XDG_CONFIG_HOME, 'pip/pip.conf'),
    join(homedir(), '.pip/pip.conf'),
    '/etc/pip.conf',
  ];
  return places.find((file) => file !== '' && file !== '/dev/null' && existsSync(file));
}
