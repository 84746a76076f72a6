import * as z from 'zod';
import { longestSocketPath } from './limits.js';

/*
 * The kinds a setting can have. Each schema takes the raw text from the environment and gives the typed value;
 * its message says what is allowed, because that is what an operator needs to read.
 */

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Text such as `25s`, `5m` or `1h`, in milliseconds. The grammar is the part that nginx, Go and Compose share. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  return match ? Number(match[1]) * units[match[2] as keyof typeof units] : undefined;
}

function parsed<T>(allowed: string, parse: (text: string) => T | undefined) {
  return z.string().transform((text, context): T => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });
}

export const text = () => z.string();

export const oneOf = <const T extends readonly string[]>(...values: T) =>
  parsed(`one of ${values.join(', ')}`, (raw) => values.find((value): value is T[number] => value === raw));

export const integer = (min: number, max: number) =>
  parsed(`a whole number from ${min} to ${max}`, (raw) => {
    const value = Number(raw);
    return /^\d+$/.test(raw) && value >= min && value <= max ? value : undefined;
  });

/** How many processes there are; `auto` is left to who starts them. */
export const processes = (max: number) =>
  parsed(`auto, or a whole number from 1 to ${max}`, (raw) => {
    if (raw === 'auto') return raw;
    const value = Number(raw);
    return /^\d+$/.test(raw) && value >= 1 && value <= max ? value : undefined;
  });

export const port = () => integer(1, 65_535);

export const flag = () =>
  parsed('true or false', (raw) =>
    /^(true|1|yes)$/i.test(raw) ? true : /^(false|0|no)$/i.test(raw) ? false : undefined,
  );

export const duration = (min: string, max: string) =>
  parsed(`a duration from ${min} to ${max}, such as ${min}`, (raw) => {
    const value = parseDuration(raw);
    return value !== undefined && value >= (parseDuration(min) ?? 0) && value <= (parseDuration(max) ?? 0)
      ? value
      : undefined;
  });

/** Text of one shape. @param allowed says which */
export const pattern = (shape: RegExp, allowed: string) =>
  parsed(allowed, (raw) => (shape.test(raw) ? raw : undefined));

const isWebUrl = (raw: string) => URL.canParse(raw) && /^https?:$/.test(new URL(raw).protocol);

/** An ACME directory (RFC 8555, section 7.1.1): one of Let’s Encrypt’s two, or a URL. */
export const acmeDirectory = () =>
  parsed('production, staging, or the https:// URL of an ACME directory', (raw) =>
    raw === 'production' || raw === 'staging' || isWebUrl(raw) ? raw : undefined,
  );

/** The same, or whether to rehearse at all. */
export const acmeRehearsal = () =>
  parsed('auto, off, staging, or the https:// URL of an ACME directory', (raw) =>
    ['auto', 'off', 'staging'].includes(raw) || isWebUrl(raw) ? raw : undefined,
  );

const hostLabel = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const hostName = new RegExp(`^(?:\\*\\.)?${hostLabel}(?:\\.${hostLabel})*$`);

/** DNS names (RFC 1123), lower-cased; the first one names the certificate directory. */
export const hostNames = () =>
  parsed('host names, separated by commas, such as example.com,ws.example.com', (raw) => {
    const names = raw
      .toLowerCase()
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    return names.length > 0 && names.every((name) => name.length <= 253 && hostName.test(name))
      ? [...new Set(names)]
      : undefined;
  });

export const url = (...protocols: string[]) =>
  parsed(`a URL that starts with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`, (raw) =>
    URL.canParse(raw) && protocols.includes(new URL(raw).protocol.slice(0, -1)) ? raw : undefined,
  );

const knownServices = ['redis', 'mongo', 'mqtt'] as const;

/** Servers that can run beside the app. */
export const services = () =>
  parsed(`one or more of ${knownServices.join(', ')}, separated by commas`, (raw) => {
    const items = raw
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
    const known = knownServices.filter((service) => items.includes(service));
    return known.length === new Set(items).size ? known : undefined;
  });

/** Origins as browsers send them (RFC 6454), or `*` for any. */
export const origins = () =>
  parsed('origins such as https://example.com, separated by commas, or *', (raw) => {
    const items = raw
      .split(',')
      .map((item) => item.trim().replace(/\/$/, '').toLowerCase())
      .filter(Boolean);
    return items.every((item) => item === '*' || /^https?:\/\/[^/]+$/.test(item)) ? items : undefined;
  });

/** A Fernet key: 32 bytes as URL-safe base64. */
export const fernetKey = () =>
  parsed('a Fernet key, that is 32 random bytes as URL-safe base64 (44 characters)', (raw) =>
    /^[\w-]{43}=?$/.test(raw) ? Buffer.from(raw, 'base64url') : undefined,
  );

/** Path of a Unix socket, or whether there is one at all. */
export const socketPath = () =>
  parsed(`off, auto, or an absolute path of at most ${longestSocketPath} bytes`, (raw) =>
    raw === 'off' || raw === 'auto' || isSocketPath(raw) ? raw : undefined,
  );

/** Without what the configuration of nginx cannot take in a path. */
const isSocketPath = (raw: string) =>
  /^\/[^"$\\\p{Cc}]*[^"$\\\p{Cc}/]$/u.test(raw) && Buffer.byteLength(raw) <= longestSocketPath;

/** Address of one Redis, of its Sentinels or of the nodes of a Cluster. */
export const redisUrl = () =>
  parsed(
    'redis[s]://[user:password@]host:port[/db], redis[s]-sentinel://host:port,…/master or redis[s]-cluster://host:port,…',
    (raw) => (/^rediss?(-sentinel|-cluster)?:\/\/[^\s/]+(\/\S*)?$/.test(raw) ? raw : undefined),
  );
