import { HermesError } from '../../app/src/errors.js';
import { type Loaded, loadSettings } from '../../app/src/settings/load.js';
import type { Project } from './project.js';

/** The settings of a checkout, for the operator's commands. Warnings go to standard error, a line each. */
export function operatorSettings(project: Project): Loaded {
  const loaded = loadSettings({ folder: project.root });
  for (const warning of loaded.warnings) process.stderr.write(`${warning}\n`);
  return loaded;
}

/** @throws HermesError `not-yet` for a choice that this version cannot serve */
export function assertSupported({ settings }: Loaded): void {
  const coming: [boolean, string][] = [
    [settings.ENGINE === 'docker', 'ENGINE=docker'],
    [settings.PROXY === 'traefik', 'PROXY=traefik'],
    [settings.TLS === 'letsencrypt', 'TLS=letsencrypt'],
    [Boolean(settings.BUS_URL || settings.REDIS_URL || settings.REDIS_HOST), 'a bus on Redis'],
    [Boolean(settings.MONGO_URI), 'a store on MongoDB'],
    [Boolean(settings.MQTT_URL), 'ingest over MQTT'],
  ];
  const choice = coming.find(([chosen]) => chosen)?.[1];
  if (choice) {
    throw new HermesError('not-yet', `${choice} is not in this version yet`, 'unset it, and try again');
  }
}

/** @throws HermesError `secret-missing` */
export function requireSecret(value: string | undefined, key: string): string {
  if (value) return value;
  throw new HermesError('secret-missing', `${key} is not set`, '`make up` generates it into .env');
}
