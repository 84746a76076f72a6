import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { type Pair, readPair } from '../../../../app/src/tls/pair.js';
import { replaceFile } from '../../certs/durable.js';
import { readExternalAccount } from './external-account.js';
import { makeFolders } from './folders.js';
import type { TraefikAcmePaths } from './layout.js';

/*
 * Traefik's acme.json: `LocalStore` in pkg/provider/acme of Traefik 3.6. Traefik reads it at its start and writes it in
 * place, so a reader may meet half of it, and whoever changes it does so while Traefik does not run.
 */

const text = z.base64().transform((raw) => Buffer.from(raw, 'base64').toString());

const certificate = z.looseObject({
  domain: z.object({ main: z.string(), sans: z.array(z.string()).nullish() }),
  /** PEM. */
  certificate: z.string(),
  key: z.string(),
});

const stored = z.object({
  hermes: z
    .looseObject({
      Account: z.looseObject({ Email: z.string() }).nullish(),
      Certificates: z.array(certificate).nullish(),
    })
    .optional(),
});

type Stored = z.infer<typeof stored>;
type StoredCertificate = z.infer<typeof certificate>;

/** Chain and key of a certificate, in PEM. */
export interface StoredPair {
  readonly cert: string;
  readonly key: string;
}

/** What Traefik has for exactly these names; undefined where it has nothing, or is just writing. */
export async function readStored(
  { store }: TraefikAcmePaths,
  names: readonly string[],
): Promise<StoredPair | undefined> {
  const found = certificatesOf(await read(store)).find((one) => isFor(one, names));
  return found && { cert: text.parse(found.certificate), key: text.parse(found.key) };
}

/** The same as files, for the checks that every certificate passes; undefined where it does not hold together. */
export async function extractStored(
  paths: TraefikAcmePaths,
  names: readonly string[],
): Promise<Pair | undefined> {
  const pair = await readStored(paths, names);
  if (!pair) return undefined;
  await write(paths.certFile, pair.cert);
  await write(paths.keyFile, pair.key);
  try {
    return readPair(paths.certFile, paths.keyFile, 'any time');
  } catch {
    return undefined;
  }
}

async function write(path: string, content: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== content) await replaceFile(path, content, { mode: 0o600 });
}

/**
 * Readies the store for a Traefik that is about to start. Certificates for other names go: Traefik would renew them for
 * ever. An account without an address of e-mail gets a word in its place: Traefik would register another one at each
 * start. An external account that was registered is put in.
 */
export async function readyStore(paths: TraefikAcmePaths, names: readonly string[]): Promise<void> {
  await makeFolders(paths);
  const external = await readExternalAccount(paths);
  await change(paths, ({ Account, Certificates, ...before }) => ({
    ...before,
    Account: external ?? (Account && { ...Account, Email: Account.Email || 'none' }),
    Certificates: (Certificates ?? []).filter((one) => isFor(one, names)),
  }));
}

/** Forgets the certificate, so that the next start orders another one, with another key. Traefik must not run. */
export async function dropStored(paths: TraefikAcmePaths, names: readonly string[]): Promise<boolean> {
  const had = (await readStored(paths, names)) !== undefined;
  await change(paths, (before) => ({ ...before, Certificates: [] }));
  return had;
}

type Resolver = NonNullable<Stored['hermes']>;

async function change({ store }: TraefikAcmePaths, make: (before: Resolver) => Resolver): Promise<void> {
  const before = await read(store);
  const hermes = make(before?.hermes ?? {});
  await replaceFile(store, `${JSON.stringify({ ...before, hermes }, null, 2)}\n`, { mode: 0o600 });
}

/** Tries to read; Traefik empties the file before it writes, which takes it far less than a pause. */
const tries = 4;
/** Milliseconds. */
const betweenTries = 25;

async function read(store: string): Promise<Stored | undefined> {
  for (let left = tries; left > 0; left -= 1) {
    const content = await readFile(store, 'utf8').catch(() => undefined);
    if (content === undefined) return undefined;
    const parsed = stored.safeParse(jsonOf(content));
    if (parsed.success) return parsed.data;
    await pause(betweenTries);
  }
  return undefined;
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

const certificatesOf = (content: Stored | undefined): StoredCertificate[] =>
  content?.hermes?.Certificates ?? [];

function isFor({ domain: { main, sans } }: StoredCertificate, names: readonly string[]): boolean {
  const key = (list: readonly string[]) => [...list].sort().join();
  return key([main, ...(sans ?? [])]) === key(names);
}
