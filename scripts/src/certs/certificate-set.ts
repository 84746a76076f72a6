import type { X509Certificate } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { type Pair, readPair } from '../../../app/src/tls/pair.js';
import { type Access, setAccess } from './durable.js';
import { certificateName, certificatePaths, livePath, setFiles } from './layout.js';
import { exclusively } from './lock.js';
import { assertServable, isIssuedBy } from './servable.js';
import { earlierSets, placeSet, type SetFile, setFolder, useSet } from './set-store.js';

/** A certificate in use. */
export interface LiveSet {
  /** Of its folder in `certs/live`. */
  readonly name: string;
  /** `tls.pem` by way of the link in use. */
  readonly file: string;
  readonly pair: Pair;
}

export interface InstallRequest {
  /** Of the project. */
  readonly folder: string;
  /** Names that the certificate must cover; the first one names the set. */
  readonly domains: readonly string[];
  readonly pair: Pair;
  /** Names the origin in messages. */
  readonly origin: string;
  /** As in `Requirements`. */
  readonly roots?: readonly X509Certificate[] | undefined;
  /** Group of the proxy's workers, which then may read `tls.pem`. */
  readonly gid?: number | undefined;
  readonly now?: Date | undefined;
}

/**
 * Checks a certificate and puts it in use, all of its files at once. When anything is wrong, what was in use stays.
 * @throws HermesError those of `assertServable`, `group-not-allowed`, `live-not-a-link`, `certs-busy`,
 * `certs-not-writable`.
 */
export function installSet(request: InstallRequest): Promise<LiveSet> {
  return exclusively(request.folder, () => installHeld(request));
}

/** The same for a caller that holds the lock. */
export async function installHeld(request: InstallRequest): Promise<LiveSet> {
  const { folder, domains, pair, origin, roots, gid, now = new Date() } = request;
  const issuers = assertServable(pair, { domains, roots, now, file: origin });
  const name = certificateName(domains);
  const label = pair.leaf.serial.slice(0, 8).toLowerCase();
  await placeSet(folder, name, filesOf(pair, issuers, gid), { label, now });
  return { name, file: livePath(folder, name, 'tls'), pair };
}

/**
 * The certificate in use, though it may have expired, read in one go.
 * @returns undefined where none was ever installed.
 * @throws HermesError those of `readPair`.
 */
export function readLive(folder: string, name: string): LiveSet | undefined {
  const { live } = certificatePaths(folder);
  if (!lstatSync(join(live, name), { throwIfNoEntry: false })) return undefined;
  const file = livePath(folder, name, 'tls');
  return { name, file, pair: readPair(file, file, 'any time') };
}

/** Lets this group, and no other, read `tls.pem` of the set in use. */
export function shareLive(folder: string, name: string, gid: number | undefined): Promise<void> {
  return setAccess(livePath(folder, name, 'tls'), tlsAccess(gid));
}

/**
 * Puts the set before the one in use back in use. The next installation drops the set that was rolled back from.
 * @throws HermesError `no-earlier-set`, or those of `readPair` when the earlier one cannot serve any more.
 */
export function rollback(
  folder: string,
  name: string,
  { gid, now = new Date() }: { gid?: number | undefined; now?: Date } = {},
): Promise<LiveSet> {
  return exclusively(folder, async () => {
    const [earlier] = await earlierSets(folder, name);
    if (!earlier) {
      const hint = 'issue or import a certificate instead';
      throw new HermesError('no-earlier-set', `there is no earlier certificate of ${name}`, hint);
    }
    const file = setFolder(folder, name, join(earlier, setFiles.tls));
    const pair = readPair(file, file, now);
    await setAccess(file, tlsAccess(gid));
    await useSet(folder, name, earlier);
    return { name, file: livePath(folder, name, 'tls'), pair };
  });
}

function tlsAccess(gid: number | undefined): Access {
  return { mode: gid === undefined ? 0o600 : 0o640, gid };
}

/**
 * What servers send leaves the root out: a client that trusts it has it, and one that has not would not believe it
 * (RFC 8446, section 4.4.2). `chain.pem` has it, where it is known, to verify against.
 */
function filesOf(pair: Pair, issuers: readonly X509Certificate[], gid: number | undefined): SetFile[] {
  const [leaf, ...others] = pair.chain;
  const sent = [leaf, ...others.filter((certificate) => !isIssuedBy(certificate, certificate))];
  const fullchain = sent.map(String).join('');
  return [
    { file: setFiles.privkey, content: pair.key, mode: 0o600 },
    { file: setFiles.fullchain, content: fullchain, mode: 0o644 },
    { file: setFiles.chain, content: issuers.map(String).join(''), mode: 0o644 },
    { file: setFiles.tls, content: fullchain + pair.key, ...tlsAccess(gid) },
  ];
}
