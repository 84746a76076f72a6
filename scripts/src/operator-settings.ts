import { HermesError } from '../../app/src/errors.js';
import { type Loaded, loadSettings } from '../../app/src/settings/load.js';
import type { SettingKey } from '../../app/src/settings/table.js';
import { makeSettings, partSettings } from './command-line.js';
import type { Project } from './project.js';

/** The settings of a checkout, for the operator's commands. Warnings go to standard error, a line each. */
export function operatorSettings(project: Project): Loaded {
  const loaded = quietSettings(project);
  for (const warning of loaded.warnings) process.stderr.write(`${warning}\n`);
  return loaded;
}

/** The same without a word. */
export function quietSettings(project: Project): Loaded {
  const commandLine = { ...makeSettings(process.env), ...partSettings(process.argv.slice(2)).given };
  return loadSettings({ folder: project.root, commandLine });
}

/** A line for an operator who gave files that will not be used; undefined when all is well. */
export function unusedFiles({ settings }: Loaded): string | undefined {
  const given = (['SSL_CERTFILE', 'SSL_KEYFILE'] as const).filter((key) => settings[key]);
  if (given.length === 0 || settings.TLS === 'files') return undefined;
  return `${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} not used with TLS=${settings.TLS}, only with TLS=files`;
}

/** What the app cannot start without. */
const secrets = ['JWT_SECRET_KEY', 'SERVICE_API_KEY'] as const satisfies SettingKey[];

/**
 * @param more what this stack cannot do without besides
 * @throws HermesError `secret-missing`, which names all that are missing
 */
export function assertSecrets({ settings }: Loaded, more: readonly SettingKey[] = []): void {
  const missing = [...secrets, ...more].filter((key) => !settings[key]);
  if (missing.length > 0) throw secretMissing(missing);
}

/** @throws HermesError `secret-missing` */
export function requireSecret(value: string | undefined, key: SettingKey): string {
  if (value) return value;
  throw secretMissing([key]);
}

function secretMissing(keys: readonly SettingKey[]): HermesError {
  const lines = keys.map((key) => `${key}=$(openssl rand -hex 32)`).join('\\n');
  return new HermesError(
    'secret-missing',
    `${keys.join(' and ')} ${keys.length > 1 ? 'are' : 'is'} not set`,
    `without a .env, \`make up\` makes one with them; add them to yours: printf "${lines}\\n" >> .env`,
  );
}
