import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { HermesError, messageOf } from '../../../../app/src/errors.js';
import type { AcmeDirectory } from '../directory.js';
import { type HttpAnswer, httpGet } from './http-get.js';

const directory = z.object({
  newNonce: z.string(),
  newAccount: z.string(),
  newOrder: z.string(),
  meta: z
    .object({
      termsOfService: z.string().optional(),
      caaIdentities: z.array(z.string()).optional(),
      externalAccountRequired: z.boolean().optional(),
      /** By name, with a description (draft-aaron-acme-profiles). */
      profiles: z.record(z.string(), z.unknown()).optional(),
    })
    .default({}),
});

/** What a directory says of its CA (RFC 8555, section 7.1.1). */
export type DirectoryMeta = z.infer<typeof directory>['meta'];

export interface DirectoryAnswer {
  readonly meta: DirectoryMeta;
  /** By the clock of the CA; undefined where it does not say. */
  readonly time: Date | undefined;
}

/** Milliseconds. */
const patience = 15_000;

/**
 * Reads the directory over verified TLS.
 * @param bundle file of the roots to trust in place of the public ones
 * @throws HermesError `ca-bundle-unreadable`, `ca-untrusted`, `ca-unreachable`, `not-acme`
 */
export async function askDirectory(
  { url }: AcmeDirectory,
  bundle: string | undefined,
): Promise<DirectoryAnswer> {
  const ca = bundle ? await readBundle(bundle) : undefined;
  const answer = await httpGet({ url: new URL(url), patience, ca }).catch((error: unknown) => {
    const fault = unreached(url, error, bundle);
    if (fault.code === 'ca-unreachable' && viaProxy()) return undefined;
    throw fault;
  });
  if (!answer) return { meta: {}, time: undefined };
  const parsed = answer.status === 200 ? directory.safeParse(jsonOf(answer)) : undefined;
  if (!parsed?.success) {
    throw new HermesError(
      'not-acme',
      `${url} is not an ACME directory (status ${answer.status})`,
      'correct ACME_DIRECTORY: production, staging, or the URL of the directory that your CA tells',
    );
  }
  const time = new Date(answer.headers.date ?? '');
  return { meta: parsed.data.meta, time: Number.isNaN(time.getTime()) ? undefined : time };
}

/** certbot goes by the proxy that the environment names; whether it gets through is then for certbot to say. */
const viaProxy = () => Boolean(process.env.HTTPS_PROXY || process.env.https_proxy);

async function readBundle(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new HermesError(
      'ca-bundle-unreadable',
      `ACME_CA_BUNDLE cannot be read: ${path} (${(cause as NodeJS.ErrnoException).code})`,
      'give the path of the PEM file with the root of the ACME server',
      { cause },
    );
  }
}

function unreached(url: string, cause: unknown, bundle: string | undefined): HermesError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (!/CERT|ISSUER|SELF_SIGNED|ALTNAME|VERIFY|SIGNATURE/.test(code)) {
    return new HermesError(
      'ca-unreachable',
      `the CA cannot be reached at ${url}: ${messageOf(cause)}`,
      'check DNS and the firewall of this host: it has to connect to that port',
      { cause },
    );
  }
  return new HermesError(
    'ca-untrusted',
    `the certificate of ${url} cannot be verified: ${messageOf(cause)}`,
    bundle
      ? `give the root of that server in ACME_CA_BUNDLE, now ${bundle}`
      : 'for a CA of your own set ACME_CA_BUNDLE to the file of its root; else check the clock, and who is in between',
    { cause },
  );
}

function jsonOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
