import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { type Settings, table } from '../../../app/src/settings/table.js';
import { replaceFile } from '../certs/durable.js';
import { fillTemplate } from '../render/template.js';
import { certbotArguments, type Order } from './certbot-arguments.js';
import type { AcmeDirectory } from './directory.js';
import { type AcmeFault, acmeFault } from './fault.js';
import type { CertbotPaths } from './layout.js';

/** What each call of certbot needs. */
export interface CertbotCall {
  /** Path of certbot. */
  readonly program: string;
  readonly settings: Settings;
  readonly paths: CertbotPaths;
  readonly directory: AcmeDirectory;
  /** Ends certbot in the middle of its work; it takes its answers to challenges away first. */
  readonly signal?: AbortSignal | undefined;
}

export type CertbotRun = CertbotCall & Order;

/** Milliseconds after which a run has hung: validation of many names by DNS takes minutes. */
const patience = 1_200_000;

/** Milliseconds for certbot to end once it was told to. */
const lastMoment = 3_000;

/**
 * Runs certbot once, for one certificate.
 * @returns why it failed; undefined when it did not, whether or not there was anything to do
 * @throws the reason of the signal
 */
export const runCertbot = (run: CertbotRun): Promise<AcmeFault | undefined> =>
  callCertbot(run, certbotArguments(run));

/**
 * Runs certbot with these arguments, which name its folders, and with our `cli.ini`.
 * @returns why it failed
 */
export async function callCertbot(
  call: CertbotCall,
  words: readonly string[],
): Promise<AcmeFault | undefined> {
  const { program, settings, paths, signal } = call;
  await writeConfiguration(call);
  const before = await markOf(paths.log);
  const result = await execa(program, words, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: patience,
    forceKillAfterDelay: lastMoment,
    ...(signal && { cancelSignal: signal }),
    // Settings stay out: they hold every secret of the installation.
    extendEnv: false,
    env: environment(settings),
  });
  if (!result.failed) return undefined;
  if (result.isCanceled) signal?.throwIfAborted();
  return acmeFault(result.all || result.shortMessage || '', await logSince(paths.log, before));
}

/** Readable by its owner only: it may hold the key of an external account, and certbot's folders hold private keys. */
async function writeConfiguration({ settings, paths, directory }: CertbotCall): Promise<void> {
  const { ACME_EAB_KID: kid, ACME_EAB_HMAC_KEY: key } = settings;
  const template = (name: string) => readFile(join(projectRoot, 'certbot', name), 'utf8');
  const parts = [
    await template('cli.ini.template'),
    ...(kid && key ? [await template('eab.ini.template')] : []),
  ];
  const content = fillTemplate('certbot/cli.ini.template', parts.join(''), {
    HERMES_ACME_URL: directory.url,
    HERMES_ACME_KEY_TYPE: settings.ACME_KEY_TYPE,
    ...(kid && key && { HERMES_ACME_EAB_KID: kid, HERMES_ACME_EAB_HMAC_KEY: key }),
  });
  await mkdir(dirname(paths.ini), { recursive: true, mode: 0o700 });
  await replaceFile(paths.ini, content, { mode: 0o600 });
}

function environment({ ACME_CA_BUNDLE: bundle }: Settings): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(process.env).filter(([key]) => !(key in table)));
  return { ...own, ...(bundle && { REQUESTS_CA_BUNDLE: bundle }) };
}

/** Tells one log from another, whatever the clock does. */
async function markOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : '';
}

/** The log of this run. Where certbot did not get as far as a log of its own, there is only that of an earlier run. */
async function logSince(path: string, before: string): Promise<string> {
  return (await markOf(path)) === before ? '' : readFile(path, 'utf8').catch(() => '');
}
