import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Entry, extract } from 'tar-stream';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import { Digest } from './digest.js';
import {
  type ArchiveEntry,
  checksumsFile,
  damaged,
  type Manifest,
  manifestFile,
  notABackup,
  parseChecksums,
  parseManifest,
} from './format.js';

export interface Unpacked {
  readonly manifest: Manifest;
  /** In the order of the archive, apart from its own two files; a folder comes before what is in it. */
  readonly entries: readonly ArchiveEntry[];
}

/** What an archive has been found to hold. */
export interface Found {
  readonly digests: Map<string, string>;
  readonly folders: Set<string>;
  readonly links: Map<string, string>;
}

/**
 * Unpacks an archive into an empty folder, readable by nobody else, and checks it as a whole.
 * @throws HermesError `no-such-backup`, `not-a-backup`, `backup-version`, `backup-damaged`; what is in the folder by
 * then is of no use
 */
export async function unpack(file: string, folder: string, signal: AbortSignal): Promise<Unpacked> {
  const found: Found = { digests: new Map(), folders: new Set(), links: new Map() };
  const archive = extract();
  const reading = pipeline(createReadStream(file), createGunzip(), archive, { signal });
  reading.catch(() => {});
  let manifest: Manifest | undefined;
  try {
    for await (const entry of archive) {
      if (manifest || entry.header.name === manifestFile) await take(entry, folder, found);
      else throw notABackup();
      manifest ??= parseManifest(await readFile(join(folder, manifestFile), 'utf8'));
    }
    await reading;
  } catch (error) {
    // What ended the reading says more than the archive that it cut short.
    const cause = await reading.then(
      () => error,
      (first: unknown) => first ?? error,
    );
    throw legible(error instanceof HermesError ? error : cause, file, manifest !== undefined);
  }
  if (!manifest) throw notABackup();
  if (!found.digests.has(checksumsFile)) throw damaged(`it ends before ${checksumsFile}`);
  const entries = parseChecksums(await readFile(join(folder, checksumsFile), 'utf8'));
  assertSame(entries, found);
  const content = entries.filter(({ path }) => path !== manifestFile);
  // At the end: nothing is ever written through one.
  for (const [path, target] of found.links) await symlink(target, join(folder, path));
  return { manifest, entries: content };
}

/** @throws HermesError `backup-damaged` for a path that leads elsewhere, or what is no file, folder or link */
export async function take(entry: Entry, folder: string, found: Found): Promise<void> {
  const { name, type, linkname } = entry.header;
  const path = name.replace(/\/$/, '');
  if (path.split('/').some((step) => ['', '.', '..'].includes(step)))
    throw damaged(`it holds the path ${name}`);
  const place = join(folder, path);
  if (type === 'file') {
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    found.digests.set(path, await write(entry, place));
    return;
  }
  if (type === 'directory') {
    await mkdir(place, { recursive: true, mode: 0o700 });
    found.folders.add(path);
  } else if (type === 'symlink') found.links.set(path, linkname ?? '');
  else throw damaged(`it holds ${name}, which is no file, folder or link`);
  entry.resume();
}

async function write(entry: Entry, place: string): Promise<string> {
  // The reading may have ended since the entry was met; a pipeline from what is destroyed already never ends.
  if (entry.destroyed) throw new Error('unexpected end of data');
  const digest = new Digest();
  await pipeline(entry, digest, createWriteStream(place, { flags: 'wx', mode: 0o600, flush: true }));
  return digest.hex();
}

/** Each entry of the list is there as it says, and there is none besides. */
function assertSame(entries: readonly ArchiveEntry[], { digests, folders, links }: Found): void {
  for (const entry of entries) {
    const { kind, path } = entry;
    if (kind === 'file' && digests.get(path) !== entry.sha256)
      throw damaged(`the checksum of ${path} is wrong`);
    if (kind === 'folder' && !folders.has(path)) throw damaged(`${path} is missing`);
    if (kind === 'link' && links.get(path) !== entry.target) throw damaged(`the link ${path} is wrong`);
  }
  const listed = new Set([checksumsFile, ...entries.map(({ path }) => path)]);
  const stray = [...digests.keys(), ...folders, ...links.keys()].find((path) => !listed.has(path));
  if (stray !== undefined) throw damaged(`${stray} is not in ${checksumsFile}`);
}

function legible(error: unknown, file: string, begun: boolean): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof HermesError || (syscall !== undefined && code !== 'ENOENT' && code !== 'EISDIR'))
    return error;
  if (code === 'ENOENT')
    return new HermesError('no-such-backup', `there is no file ${file}`, 'give it by FROM=file');
  if (code === 'EISDIR')
    return new HermesError('no-such-backup', `${file} is a folder`, 'give a file by FROM=file');
  if ((error as Error).name === 'AbortError') return error;
  if (!begun && code !== 'Z_BUF_ERROR') return notABackup();
  return damaged(
    code === 'Z_BUF_ERROR' || /end of data/i.test(messageOf(error)) ? 'it is cut short' : messageOf(error),
  );
}
