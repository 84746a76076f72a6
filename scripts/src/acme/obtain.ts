import { rm } from 'node:fs/promises';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Pair } from '../../../app/src/tls/pair.js';
import { certificateName } from '../certs/layout.js';
import { dueReason } from '../certs/renewal.js';
import type { Responder } from './certbot-arguments.js';
import { ensureCertbot } from './certbot-program.js';
import { acmeDirectory, rehearsalDirectory } from './directory.js';
import { certbotPaths } from './layout.js';
import { assertAllowed } from './ledger.js';
import { limitsFor } from './limits.js';
import {
  adoptLineage,
  type LineageFiles,
  lineageFiles,
  readLineage,
  setBrokenLineageAside,
} from './lineage.js';
import { orderCertificate } from './order.js';
import { preflight } from './preflight.js';

export interface ObtainRequest {
  /** Of the project. */
  readonly folder: string;
  readonly settings: Settings;
  readonly responder: Responder;
  /** Renew though it is not due. */
  readonly force?: boolean | undefined;
  readonly newKey?: boolean | undefined;
  /** Ask the CA whether it wants a renewal, though by our own rules none is due. */
  readonly ask: boolean;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Obtained {
  readonly action: 'issued' | 'renewed' | 'kept';
  /** Why it was renewed, or why the CA could not be asked. */
  readonly reason?: string;
  readonly files: LineageFiles;
}

/**
 * Sees to a certificate of an ACME CA, as certbot keeps it: issues what is absent, renews what is due or what the CA
 * wants renewed, else changes nothing. What is served is not touched.
 * @throws HermesError those of `ensureCertbot`, `preflight` and `orderCertificate`
 */
export async function obtainCertificate(request: ObtainRequest): Promise<Obtained> {
  const { folder, settings, say } = request;
  const directory = acmeDirectory(settings);
  const paths = certbotPaths(folder, directory.name);
  const name = certificateName(settings.DOMAIN);
  const files = lineageFiles(paths, name);
  if (!request.ask && reasonToOrder(readLineage(paths, name), request) === undefined)
    return { action: 'kept', files };
  const program = await ensureCertbot(settings, say);
  await adoptLineage(paths, name);
  const aside = await setBrokenLineageAside(paths, name, new Date());
  if (aside) say(`what certbot had of ${name} did not hold together; it was moved to ${aside}`);
  const before = readLineage(paths, name);
  const reason = reasonToOrder(before, request);
  if (reason !== undefined) {
    await assertAllowed(
      folder,
      { directory: directory.name, names: settings.DOMAIN },
      limitsFor(settings, directory),
    );
    if (settings.ACME_PREFLIGHT) {
      await preflight({ settings, directory, responder: request.responder, renewal: before !== undefined });
    }
    if (!before) await rehearse(request, program);
  }
  const run = { ...request, program, directory, paths, expected: reason !== undefined };
  const { changed, unasked } = await orderCertificate(run);
  if (changed && directory.letsencrypt !== 'staging') await dropRehearsals(folder);
  const why = unasked?.message ?? (changed && before ? (reason ?? 'the CA asks for it') : undefined);
  return {
    action: changed ? (before ? 'renewed' : 'issued') : 'kept',
    files,
    ...(why && { reason: why }),
  };
}

/** Why an order is expected; undefined where certbot is only to ask the CA whether it wants one. */
function reasonToOrder(
  before: Pair | undefined,
  { settings, force, newKey }: ObtainRequest,
): string | undefined {
  if (!before) return 'there is none';
  const due = dueReason(before, { names: settings.DOMAIN, now: new Date() });
  return due ?? (force || newKey ? 'it was asked for' : undefined);
}

const rehearsalFolder = 'rehearsal';

/** A new host proves itself where failures cost nothing, before a CA that counts them is asked. */
async function rehearse(request: ObtainRequest, program: string): Promise<void> {
  const { folder, settings, say } = request;
  const directory = rehearsalDirectory(settings);
  if (!directory) return;
  say(`rehearsal with ${directory.letsencrypt ? `Let’s Encrypt’s ${directory.name}` : directory.url}`);
  const paths = certbotPaths(folder, rehearsalFolder);
  await rm(paths.config, { recursive: true, force: true });
  await orderCertificate({ ...request, program, directory, paths, expected: true });
}

/** Once the real certificate is there, nothing of those that nobody trusts stays behind. */
async function dropRehearsals(folder: string): Promise<void> {
  for (const name of [rehearsalFolder, 'staging']) {
    await rm(certbotPaths(folder, name).config, { recursive: true, force: true });
  }
}
