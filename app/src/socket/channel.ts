import type { Channel } from '../auth/access.js';
import { decryptFernet, looksLikeFernet } from '../auth/fernet.js';

/** The channel that a path names; undefined when it names none. An id may hold any character, percent-encoded. */
export function channelOf(path: string): Channel | undefined {
  const trimmed = path.replace(/\/$/, '');
  if (trimmed === '/ws') return { kind: 'general' };
  if (trimmed === '/ws/notifications') return { kind: 'notifications' };
  const match = /^\/ws\/(tenant|device)\/([^/]+)$/.exec(trimmed);
  if (!match) return undefined;
  try {
    return { kind: match[1] as 'tenant' | 'device', id: decodeURIComponent(match[2] as string) };
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
