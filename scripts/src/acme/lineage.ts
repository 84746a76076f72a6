import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pair, readPair } from '../../../app/src/tls/pair.js';
import { replaceFile } from '../certs/durable.js';
import type { CertbotPaths } from './layout.js';

/** Files of a certificate as certbot keeps them; what is served is a copy, see certs/set-store.ts. */
export interface LineageFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export function lineageFiles({ config }: CertbotPaths, name: string): LineageFiles {
  const folder = join(config, 'live', name);
  return { certFile: join(folder, 'fullchain.pem'), keyFile: join(folder, 'privkey.pem') };
}

/** What certbot has of a name; undefined where it has nothing that holds together. */
export function readLineage(paths: CertbotPaths, name: string): Pair | undefined {
  const { certFile, keyFile } = lineageFiles(paths, name);
  try {
    return readPair(certFile, keyFile, 'any time');
  } catch {
    return undefined;
  }
}

/**
 * Has certbot find a lineage where it is now. It keeps absolute paths, so that a copy of an installation would renew
 * the certificate of the one that it was copied from.
 */
export async function adoptLineage({ config }: CertbotPaths, name: string): Promise<void> {
  const file = join(config, 'renewal', `${name}.conf`);
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) return;
  const live = (part: string) => join(config, 'live', name, `${part}.pem`);
  const places: Record<string, string> = { archive_dir: join(config, 'archive', name) };
  for (const part of ['cert', 'privkey', 'chain', 'fullchain']) places[part] = live(part);
  const adopted = content.replace(/^(\w+) = .*$/gm, (line, key: string) => {
    const place = Object.hasOwn(places, key) ? places[key] : undefined;
    return place === undefined ? line : `${key} = ${/[,#]/.test(place) ? `"${place}"` : place}`;
  });
  if (adopted !== content) await replaceFile(file, adopted, { mode: 0o600 });
}

/** The parts that belong to one name in certbot's configuration directory. */
const partsOf = (name: string) => [
  join('live', name),
  join('archive', name),
  join('renewal', `${name}.conf`),
];

/**
 * Moves a lineage away that certbot would stumble over (a write that was cut short, a folder that was moved): it would
 * never renew it again. The certificate in use is not touched; the next run issues a new one.
 * @returns where it went; undefined where there was nothing to move
 */
export async function setBrokenLineageAside(
  paths: CertbotPaths,
  name: string,
  now: Date,
): Promise<string | undefined> {
  const present = partsOf(name).filter((part) => existsSync(join(paths.config, part)));
  const complete = present.length === partsOf(name).length && readLineage(paths, name) !== undefined;
  if (present.length === 0 || complete) return undefined;
  const aside = join(paths.config, 'broken', `${name}-${now.toISOString().replace(/[-:.]/g, '')}`);
  await mkdir(aside, { recursive: true, mode: 0o700 });
  for (const part of present) await rename(join(paths.config, part), join(aside, part.split('/')[0] ?? part));
  return aside;
}

/** Forgets an account that the CA does not know any more; the next run registers another. */
export function forgetAccounts({ config }: CertbotPaths): Promise<void> {
  return rm(join(config, 'accounts'), { recursive: true, force: true });
}
