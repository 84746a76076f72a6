import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { HermesError } from '../../../app/src/errors.js';
import { describeCertificate } from '../../../app/src/tls/certificate-info.js';
import type { Pair } from '../../../app/src/tls/pair.js';
import { installHeld, type LiveSet, readLive, shareLive } from './certificate-set.js';
import { certificateName } from './layout.js';
import { issueLeaf, localNames, newLeafKey } from './leaf.js';
import { ensureCa, type LocalCa } from './local-ca.js';
import { exclusively } from './lock.js';
import { dueReason } from './renewal.js';
import { isIssuedBy } from './servable.js';

export interface LocalRequest {
  /** Of the project. */
  readonly folder: string;
  readonly domains: readonly string[];
  /** Days that a new certificate is valid. */
  readonly days: number;
  /** Group of the proxy's workers. */
  readonly gid?: number | undefined;
  /** Renew though it is not due. */
  readonly force?: boolean;
  /** With the renewal, also a new private key. */
  readonly newKey?: boolean;
  readonly now?: Date | undefined;
  /** Names a new CA. */
  readonly host?: string;
}

export interface LocalResult extends LiveSet {
  readonly action: 'issued' | 'renewed' | 'kept';
  /** Why it was renewed. */
  readonly reason?: string;
  readonly ca: LocalCa & { readonly created: boolean };
}

/**
 * Sees to a CA and a certificate of this project's own: makes what is absent, renews what is due, else changes nothing.
 * @throws HermesError those of `ensureCa` and `installSet`.
 */
export function ensureLocal(request: LocalRequest): Promise<LocalResult> {
  const { folder, domains, days, gid, newKey, now = new Date(), host } = request;
  return exclusively(folder, async () => {
    const ca = await ensureCa({ folder, now, ...(host && { host }) });
    const name = certificateName(domains);
    const { live, fault } = whatIsLive(folder, name);
    const reason = fault ?? reasonToRenew(live, ca, request, now);
    if (live && !reason) {
      await shareLive(folder, name, gid);
      return { ...live, action: 'kept', ca };
    }
    const key = (!newKey && reusableKey(live, ca)) || newLeafKey();
    const leaf = await issueLeaf({ ca, domains, days, key, now });
    const installed = await installHeld({
      folder,
      domains: localNames(domains),
      pair: pairOf(leaf, key),
      origin: 'the local CA’s answer',
      roots: [ca.certificate],
      gid,
      now,
    });
    return { ...installed, action: reason ? 'renewed' : 'issued', ...(reason && { reason }), ca };
  });
}

/** A damaged certificate is a reason to issue another one, not to stop. */
function whatIsLive(folder: string, name: string): { live?: LiveSet | undefined; fault?: string } {
  try {
    return { live: readLive(folder, name) };
  } catch (error) {
    if (error instanceof HermesError) return { fault: error.message };
    throw error;
  }
}

function reasonToRenew(
  live: LiveSet | undefined,
  ca: LocalCa,
  { domains, force }: LocalRequest,
  now: Date,
): string | undefined {
  if (!live) return undefined;
  const due = dueReason(live.pair, { names: localNames(domains), now, ca: ca.certificate });
  return due ?? (force ? 'it was asked for' : undefined);
}

/**
 * The key stays over renewals unless asked otherwise: a server that reads certificate and key one after the other,
 * just as they are swapped, then still has a pair that matches. A key of foreign origin is not taken over.
 */
function reusableKey(live: LiveSet | undefined, ca: LocalCa): KeyObject | undefined {
  return live && isIssuedBy(live.pair.chain[0], ca.certificate) ? createPrivateKey(live.pair.key) : undefined;
}

function pairOf(leaf: X509Certificate, key: KeyObject): Pair {
  return {
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: leaf.toString(),
    chain: [leaf],
    leaf: describeCertificate(leaf),
  };
}
