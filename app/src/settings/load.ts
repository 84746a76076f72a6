import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { distance } from 'fastest-levenshtein';
import { HermesError } from '../errors.js';
import { withSecretFiles } from './secret-files.js';
import { type Setting, type SettingKey, type Settings, table } from './table.js';

export type Origin = 'command line' | 'environment' | '.env' | 'default' | 'unset';

export interface Loaded {
  readonly settings: Settings;
  /** The text each value was read from, before it was parsed. */
  readonly raw: Readonly<Record<SettingKey, string>>;
  readonly origin: Readonly<Record<SettingKey, Origin>>;
  /** Lines an operator should read, such as a misspelt key in `.env`. */
  readonly warnings: readonly string[];
}

export interface Sources {
  readonly commandLine?: Readonly<Record<string, string | undefined>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Folder whose `.env` is read. */
  readonly folder?: string;
}

const keys = Object.keys(table) as SettingKey[];

/**
 * Reads every setting once. Precedence: command line, environment, `.env`, default; empty text counts as not set.
 * @throws HermesError `bad-settings`, which names each faulty key, its value and what is allowed.
 */
export function loadSettings(sources: Sources = {}): Loaded {
  const file = readEnvFile(join(sources.folder ?? process.cwd(), '.env'));
  const layers: [Origin, Readonly<Record<string, string | undefined>>][] = [
    ['command line', sources.commandLine ?? {}],
    ['environment', withSecretFiles(sources.environment ?? process.env)],
    ['.env', withSecretFiles(file.values)],
  ];
  const origin = {} as Record<SettingKey, Origin>;
  const raw = {} as Record<SettingKey, string>;
  const read = (key: string): string => {
    const layer = layers.find(([, values]) => values[key]);
    if (layer) {
      origin[key as SettingKey] = layer[0];
      return layer[1][key] as string;
    }
    const { fallback } = table[key as SettingKey] as Setting;
    origin[key as SettingKey] = fallback === undefined ? 'unset' : 'default';
    return typeof fallback === 'function' ? fallback(read) : (fallback ?? '');
  };
  const settings = {} as Record<string, unknown>;
  const faults: string[] = [];
  for (const key of keys) {
    raw[key] = read(key);
    if (raw[key] === '') continue;
    const result = (table[key] as Setting).schema.safeParse(raw[key]);
    if (result.success) settings[key] = result.data;
    else faults.push(fault(key, raw[key], origin[key], result.error.issues[0]?.message ?? ''));
  }
  if (faults.length > 0) throw new HermesError('bad-settings', faults.join('\n'));
  const warnings = [...file.warnings, ...keys.flatMap((key) => weakSecret(key, raw[key]))];
  return { settings: Object.freeze(settings) as Settings, raw, origin, warnings };
}

/** What an operator may see of a setting. */
export function masked(key: SettingKey, raw: string): string {
  return (table[key] as Setting).secret && raw ? '********' : raw;
}

function fault(key: SettingKey, raw: string, origin: Origin, allowed: string): string {
  return `${key}=${masked(key, raw)} (${origin}) is not valid: allowed is ${allowed}`;
}

function weakSecret(key: SettingKey, raw: string): string[] {
  const { strongFrom = 0 } = table[key] as Setting;
  if (raw === '' || raw.length >= strongFrom) return [];
  return [`${key} is short and may be guessed; use at least ${strongFrom} random characters`];
}

function readEnvFile(path: string): { values: Record<string, string>; warnings: string[] } {
  if (!existsSync(path)) return { values: {}, warnings: [] };
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    throw new HermesError('bad-settings', `${path} cannot be read`, 'make it a file that your user may read');
  }
  const broken = brokenLine(content);
  if (broken) {
    throw new HermesError(
      'bad-settings',
      `.env line ${broken} is not KEY=value`,
      'correct that line, or begin it with # to make it a comment',
    );
  }
  const values = parse(content);
  const warnings = Object.keys(values)
    .filter((key) => !(key in table))
    .map((key) => unknownKey(key))
    .filter((warning) => warning !== undefined);
  return { values, warnings };
}

/** Number of the first line that dotenv would skip in silence; values in quotes may span lines. */
function brokenLine(content: string): number | undefined {
  let quote: string | undefined;
  const lines = content.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (quote) {
      if (line.includes(quote)) quote = undefined;
      continue;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=\s*(.*)$/.exec(line);
    if (!match) return index + 1;
    const opening = /^(["'`])/.exec(match[1] ?? '')?.[1];
    if (opening && !(match[1] ?? '').slice(1).includes(opening)) quote = opening;
  }
  return quote ? lines.length : undefined;
}

/** Other software may share the file, so only a key that looks like one of ours is worth a warning. */
function unknownKey(key: string): string | undefined {
  const near = keys.find((known) => distance(known, key) <= 2);
  return near && `.env sets ${key}, which is not a setting; did you mean ${near}?`;
}
