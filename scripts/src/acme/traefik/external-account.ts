import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Settings } from '../../../../app/src/settings/table.js';
import { callCertbot } from '../certbot.js';
import { registrationArguments } from '../certbot-arguments.js';
import { ensureCertbot } from '../certbot-program.js';
import { acmeDirectory } from '../directory.js';
import { certbotPathsIn } from '../layout.js';
import { makeFolders } from './folders.js';
import { type TraefikAcmePaths, traefikAcmePaths } from './layout.js';

/*
 * An account that belongs to an external one (RFC 8555, section 7.3.4). Traefik would register it itself, but wants the
 * key for that in its configuration, in the clear. So certbot registers it, and Traefik gets the account alone.
 */

/** An account as Traefik stores it. */
export type StoredAccount = {
  readonly Email: string;
  readonly Registration: { readonly body: { readonly status: 'valid' }; readonly uri: string };
  /** PKCS#1, DER, as base64. */
  readonly PrivateKey: string;
};

/**
 * Registers the account once, where the settings name an external one.
 * @param folder of the project
 * @throws HermesError `eab-refused` and the other faults of an order, `install-failed`
 */
export async function registerExternalAccount(
  folder: string,
  settings: Settings,
  say: (line: string) => void,
): Promise<void> {
  if (!settings.ACME_EAB_KID || !settings.ACME_EAB_HMAC_KEY) return;
  const directory = acmeDirectory(settings);
  const own = traefikAcmePaths(folder, directory.name);
  if (await readExternalAccount(own)) return;
  await makeFolders(own);
  // Its plugins are not those of Traefik.
  const program = await ensureCertbot({ ...settings, ACME_CHALLENGE: 'http-01' }, say);
  const paths = certbotPathsIn(own.registration);
  const fault = await callCertbot(
    { program, settings, paths, directory },
    registrationArguments({ settings, paths }),
  );
  if (fault) throw fault.error;
}

const registration = z.object({ uri: z.string() });

/** The account that certbot registered; undefined where there is none. */
export async function readExternalAccount({
  registration: folder,
}: TraefikAcmePaths): Promise<StoredAccount | undefined> {
  const accounts = join(folder, 'accounts');
  const files = await readdir(accounts, { recursive: true }).catch(() => []);
  const file = files.find((name) => name.endsWith('regr.json'));
  if (!file) return undefined;
  const json = async (name: string) => JSON.parse(await readFile(join(accounts, name), 'utf8'));
  const { uri } = registration.parse(await json(file));
  const key: JsonWebKey = await json(file.replace(/regr\.json$/, 'private_key.json'));
  const der = createPrivateKey({ key, format: 'jwk' }).export({ type: 'pkcs1', format: 'der' });
  return {
    Email: 'external',
    Registration: { body: { status: 'valid' }, uri },
    PrivateKey: der.toString('base64'),
  };
}
