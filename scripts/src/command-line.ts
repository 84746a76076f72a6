import { closest, distance } from 'fastest-levenshtein';
import { HermesError } from '../../app/src/errors.js';
import { type SettingKey, table } from '../../app/src/settings/table.js';

/** Settings as they were given on the command line. */
export type GivenSettings = Readonly<Partial<Record<SettingKey, string>>>;

/**
 * Parts `KEY=value` from the other words: `hermes up TLS=off` is the same as `make up TLS=off`.
 * @throws HermesError `unknown-setting`
 */
export function partSettings(words: readonly string[]): { given: GivenSettings; others: string[] } {
  const given: Partial<Record<SettingKey, string>> = {};
  const others: string[] = [];
  for (const word of words) {
    const [, key, value = ''] = /^([A-Z][A-Z0-9_]*)=([\s\S]*)$/.exec(word) ?? [];
    if (key === undefined) others.push(word);
    else if (isSetting(key)) given[key] = value;
    else throw unknownSetting(key);
  }
  return { given, others };
}

/**
 * Settings among the variables of make's own command line. Make hands their values on by the environment, and their
 * names in MAKEFLAGS, after `--`.
 */
export function makeSettings({ MAKEFLAGS = '', ...values }: NodeJS.ProcessEnv): GivenSettings {
  const [, variables = ''] = / ?-- (.*)$/s.exec(MAKEFLAGS) ?? [];
  const names = variables.split(/(?<!\\)\s+/).map((word) => word.slice(0, word.indexOf('=')));
  return Object.fromEntries(names.filter(isSetting).map((key) => [key, values[key]]));
}

function isSetting(key: string): key is SettingKey {
  return Object.hasOwn(table, key);
}

function unknownSetting(key: string): HermesError {
  const near = closest(key, Object.keys(table));
  const fix = distance(near, key) <= 2 ? `did you mean ${near}?` : '`npx hermes config` lists the settings';
  return new HermesError('unknown-setting', `${key} is not a setting`, fix);
}
