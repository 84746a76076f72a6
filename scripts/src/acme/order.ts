import { setTimeout as pause } from 'node:timers/promises';
import type { HermesError } from '../../../app/src/errors.js';
import { certificateName } from '../certs/layout.js';
import { type CertbotRun, runCertbot } from './certbot.js';
import type { AcmeFault } from './fault.js';
import { beginOrder, endOrder, type OpenOrder, recordRefusal } from './ledger.js';
import { limitsFor } from './limits.js';
import { forgetAccounts, readLineage } from './lineage.js';

export interface OrderRun extends CertbotRun {
  /** Of the project: its ledger counts. */
  readonly folder: string;
  /** Whether our own rules expect certbot to order; if not, it may still do so because the CA asks for it (ARI). */
  readonly expected: boolean;
  readonly say: (line: string) => void;
}

/** Whether certbot has another certificate after the run. */
export interface Ordered {
  readonly changed: boolean;
  /** Nothing was due, and the CA could not be asked whether it wants a renewal. */
  readonly unasked?: HermesError;
}

/**
 * Milliseconds before each further try. certbot repeats a request with a refused nonce once; at one refusal in five
 * that fails up to two renewals in seven (measured), seven tries about one in five thousand.
 */
const pauses = [500, 1_000, 3_000, 10_000, 30_000, 60_000];

/**
 * Has certbot see to a certificate, with further tries where the CA has a bad moment. Each order is written into the
 * ledger before it goes out.
 * @throws HermesError the fault of the last try; `rate-limited` where an order may not go out yet
 */
export async function orderCertificate(run: OrderRun): Promise<Ordered> {
  const { settings, paths, expected, say, signal } = run;
  const name = certificateName(settings.DOMAIN);
  const before = readLineage(paths, name);
  let registeredAnew = false;
  // The CA wants a renewal; certbot asks it for its window only every few hours, so the next try has to insist.
  let insist = false;
  for (let tries = 0; ; tries += 1) {
    const open =
      expected || insist
        ? await beginOrder(run.folder, { ...orderOf(run), byRenewalInfo: !expected }, limitsOf(run))
        : undefined;
    const fault = await runCertbot(insist ? { ...run, force: true } : run);
    if (!fault) {
      const pair = readLineage(paths, name);
      const changed = pair !== undefined && pair.leaf.fingerprint !== before?.leaf.fingerprint;
      await close(run, open, changed);
      return { changed };
    }
    await fail(run, open, fault);
    if (fault.error.code === 'account-unknown' && !registeredAnew) {
      registeredAnew = true;
      say('the CA does not know our account any more: registering another');
      await forgetAccounts(paths);
      continue;
    }
    insist ||= !expected && fault.ordering;
    const wait = fault.transient ? pauses[tries] : undefined;
    if (wait === undefined) {
      if (!expected && !insist && fault.transient && before) return { changed: false, unasked: fault.error };
      throw fault.error;
    }
    say(`${fault.error.message}; trying again`);
    // Jitter: hosts that failed together must not come back together.
    await pause(wait * (0.75 + Math.random() / 2), undefined, { signal });
  }
}

const limitsOf = ({ settings, directory }: OrderRun) => limitsFor(settings, directory);

const orderOf = ({ settings, directory }: OrderRun) => ({
  directory: directory.name,
  names: settings.DOMAIN,
});

async function close(run: OrderRun, open: OpenOrder | undefined, changed: boolean): Promise<void> {
  if (open) return endOrder(run.folder, open, changed ? 'issued' : 'abandoned');
  if (!changed) return;
  const late = await beginOrder(run.folder, { ...orderOf(run), byRenewalInfo: true }, undefined);
  await endOrder(run.folder, late, 'issued');
}

async function fail(run: OrderRun, open: OpenOrder | undefined, fault: AcmeFault): Promise<void> {
  if (open) await endOrder(run.folder, open, fault.validation ? 'failed' : 'abandoned');
  if (fault.error.code !== 'ca-rate-limited') return;
  const until = new Date(Date.now() + (fault.retryAfter ?? usualRetryAfter) * 1_000);
  await recordRefusal(run.folder, { directory: run.directory.name, names: run.settings.DOMAIN }, until);
}

/** Seconds, where a CA that refuses does not say. */
const usualRetryAfter = 3_600;
