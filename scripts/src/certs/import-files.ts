import type { X509Certificate } from 'node:crypto';
import { HermesError } from '../../../app/src/errors.js';
import { type Pair, readChain, readPair } from '../../../app/src/tls/pair.js';
import { installHeld, type LiveSet, readLive, shareLive } from './certificate-set.js';
import { certificateName } from './layout.js';
import { exclusively } from './lock.js';
import { assertServable } from './servable.js';

export interface ImportRequest {
  /** Of the project. */
  readonly folder: string;
  readonly domains: readonly string[];
  /** PEM: the certificate and its intermediates. */
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM: root that the chain must reach; absent: any. */
  readonly caFile?: string | undefined;
  /** Group of the proxy's workers. */
  readonly gid?: number | undefined;
  readonly now?: Date | undefined;
}

export interface Imported extends LiveSet {
  /** `kept` when the same certificate and key were in use already. */
  readonly action: 'installed' | 'kept';
}

/**
 * Takes a certificate that somebody else made (an ACME client, a company's CA) into use, after the same checks.
 * @throws HermesError those of `readPair` and `installSet`.
 */
export function importFiles(request: ImportRequest): Promise<Imported> {
  const { folder, domains, certFile, keyFile, caFile, gid, now = new Date() } = request;
  return exclusively(folder, async () => {
    const pair = readPair(certFile, keyFile, now);
    const roots: readonly X509Certificate[] | undefined = caFile ? readChain(caFile) : undefined;
    const live = intactLive(folder, certificateName(domains));
    if (live && isSame(live.pair, pair)) {
      assertServable(pair, { domains, roots, now, file: certFile });
      await shareLive(folder, live.name, gid);
      return { ...live, action: 'kept' };
    }
    return {
      ...(await installHeld({ folder, domains, pair, origin: certFile, roots, gid, now })),
      action: 'installed',
    };
  });
}

/** A set in use that is damaged is there to be replaced. */
function intactLive(folder: string, name: string): LiveSet | undefined {
  try {
    return readLive(folder, name);
  } catch (error) {
    if (error instanceof HermesError) return undefined;
    throw error;
  }
}

const isSame = (one: Pair, other: Pair) => one.cert === other.cert && one.key === other.key;
