import { setTimeout as pause } from 'node:timers/promises';
import { HermesError } from '../../../../app/src/errors.js';
import type { Settings } from '../../../../app/src/settings/table.js';
import type { Pair } from '../../../../app/src/tls/pair.js';
import type { Responder } from '../certbot-arguments.js';
import { acmeDirectory } from '../directory.js';
import { assertAllowed, beginOrder, endOrder, recordRefusal } from '../ledger.js';
import { limitsFor } from '../limits.js';
import { preflight } from '../preflight.js';
import { legoFault } from './fault.js';
import { type TraefikAcmePaths, traefikAcmePaths } from './layout.js';
import type { TraefikLog } from './log.js';
import { extractStored } from './store.js';
import { traefikIsLateFrom, traefikRenewsFrom } from './timetable.js';

export interface TraefikRequest {
  /** Of the project. */
  readonly folder: string;
  readonly settings: Settings;
  /** Where the way of challenges can be tried out beforehand; undefined where it cannot. */
  readonly responder: Responder | undefined;
  /** Has the running Traefik order a certificate; settles once Traefik has read that it should. */
  readonly order: (signal: AbortSignal | undefined) => Promise<void>;
  /** Traefik’s own. */
  readonly log: TraefikLog;
  readonly signal?: AbortSignal | undefined;
}

export interface TraefikObtained {
  readonly action: 'issued' | 'kept';
  /** From when Traefik renews it by itself. */
  readonly renewsFrom: Date;
  readonly files: Pick<TraefikAcmePaths, 'certFile' | 'keyFile'>;
}

/** Milliseconds between two looks at what Traefik has written. */
const interval = 100;
/** Milliseconds for a CA to validate and to issue. */
const patience = 300_000;
/** Milliseconds more for each name: some providers of DNS change one record a minute. */
const patienceForEach = 60_000;

/**
 * Sees to a certificate of an ACME CA, as the running Traefik keeps it: has it order what is absent. What is due,
 * Traefik renews by itself.
 * @throws HermesError `renewal-late`, `rate-limited`, those of `preflight`, or the fault that the CA told Traefik
 */
export async function obtainByTraefik(request: TraefikRequest): Promise<TraefikObtained> {
  const { folder, settings, signal } = request;
  const paths = traefikAcmePaths(folder, acmeDirectory(settings).name);
  const before = await extractStored(paths, settings.DOMAIN);
  if (!before) return result('issued', await placeOrder(request, paths), request, paths);
  if (isServable(before)) {
    assertInTime(before, settings);
    return result('kept', before, request, paths);
  }
  // Traefik asks for another one at its start.
  const renewed = await awaitStored(request, paths, isServable);
  signal?.throwIfAborted();
  return result('issued', renewed, request, paths);
}

const result = (
  action: TraefikObtained['action'],
  { leaf }: Pair,
  { settings }: TraefikRequest,
  { certFile, keyFile }: TraefikAcmePaths,
): TraefikObtained => ({
  action,
  files: { certFile, keyFile },
  renewsFrom: traefikRenewsFrom(leaf, settings.ACME_LIFETIME),
});

const isServable = ({ leaf }: Pair) => leaf.notAfter > new Date();

function assertInTime({ leaf }: Pair, { ACME_LIFETIME }: Settings): void {
  if (new Date() < traefikIsLateFrom(leaf, ACME_LIFETIME)) return;
  const due = traefikRenewsFrom(leaf, ACME_LIFETIME).toISOString();
  throw new HermesError(
    'renewal-late',
    `Traefik was to renew the certificate from ${due} on, and has not`,
    'see `make logs` for what the CA said; a CA whose certificates live shorter wants ACME_LIFETIME',
  );
}

async function placeOrder(request: TraefikRequest, paths: TraefikAcmePaths): Promise<Pair> {
  const { folder, settings, responder, order, log, signal } = request;
  const directory = acmeDirectory(settings);
  const names = { directory: directory.name, names: settings.DOMAIN };
  const limits = limitsFor(settings, directory);
  await assertAllowed(folder, names, limits);
  if (settings.ACME_PREFLIGHT) await preflight({ settings, directory, responder });
  await log.complaints();
  const open = await beginOrder(folder, names, limits);
  try {
    await order(signal);
    const pair = await awaitStored(request, paths, () => true);
    await endOrder(folder, open, 'issued');
    return pair;
  } catch (error) {
    const failed = error instanceof OrderFailed ? error.fault : undefined;
    // An order that nobody waits for any more may yet fail, and counts so.
    if (failed) await endOrder(folder, open, failed.validation ? 'failed' : 'abandoned');
    if (failed?.error.code === 'ca-rate-limited')
      await recordRefusal(folder, names, new Date(Date.now() + usualRetryAfter));
    throw failed?.error ?? error;
  }
}

/** Milliseconds; Traefik does not tell what the CA says of it. */
const usualRetryAfter = 3_600_000;

class OrderFailed extends Error {
  readonly fault: ReturnType<typeof legoFault>;

  constructor(said: string, settings: Settings) {
    super(said);
    this.fault = legoFault(said, settings);
  }
}

/** Waits until Traefik has written what is wanted, or that it failed. */
async function awaitStored(
  { settings, log, signal }: TraefikRequest,
  paths: TraefikAcmePaths,
  isWanted: (pair: Pair) => boolean,
): Promise<Pair> {
  const forEach = patienceForEach + settings.ACME_DNS_PROPAGATION;
  const deadline = Date.now() + patience + forEach * settings.DOMAIN.length;
  while (Date.now() < deadline) {
    const pair = await extractStored(paths, settings.DOMAIN);
    if (pair && isWanted(pair)) return pair;
    const [complaint] = await log.complaints();
    if (complaint) throw new OrderFailed(complaint.error, settings);
    await pause(interval, undefined, { signal });
  }
  throw new HermesError(
    'traefik-acme-silent',
    'Traefik was to get a certificate, and has neither got one nor said why',
    'see `make logs`; `make up` tries again',
  );
}
