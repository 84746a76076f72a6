import type { Channel } from '../auth/access.js';
import { decryptFernet, looksLikeFernet } from '../auth/fernet.js';

/** One path segment, as RFC 3986 has it. */
const segment = "[\\w.~!$&'()*+,;=:@%-]+";
const idPath = new RegExp(`^/ws/(tenant|device)/(${segment})$`);

/**
 * The channel that a path names, as it stands in the request; undefined when it names none. An id may hold any
 * character, percent-encoded. Nothing is normalised: Express does not either, and would find no route afterwards.
 */
export function channelOf(path: string): Channel | undefined {
  const trimmed = path.replace(/\/$/, '');
  if (trimmed === '/ws') return { kind: 'general' };
  if (trimmed === '/ws/notifications') return { kind: 'notifications' };
  const match = idPath.exec(trimmed);
  if (!match) return undefined;
  try {
    return { kind: match[1] === 'tenant' ? 'tenant' : 'device', id: decodeURIComponent(match[2] as string) };
  } catch {
    return undefined;
  }
}

/**
 * A plain id as it is, and an encrypted one decrypted with `WS_SECRET`.
 * @returns undefined for a Fernet token that was not made with this key, or when there is no key
 */
export function plainId(id: string, key: Buffer | undefined): string | undefined {
  if (!looksLikeFernet(id)) return id;
  return key && decryptFernet(id, key);
}
