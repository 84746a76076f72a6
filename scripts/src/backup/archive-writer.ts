import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Headers, pack } from 'tar-stream';
import { Digest } from './digest.js';
import { type ArchiveEntry, checksumsFile, formatVersion, type Manifest, manifestFile } from './format.js';

export interface Owned {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Who runs this, and nobody else. */
export const own = (): Owned => ({
  mode: 0o600,
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  modified: Date.now(),
});

/** Writes one archive, entry after entry; what is in memory of it is bounded. */
export class ArchiveWriter {
  readonly #pack = pack();
  readonly #entries: ArchiveEntry[] = [];
  readonly #written: Promise<void>;
  readonly #file: string;

  /** @param file that must not exist yet */
  constructor(file: string, signal: AbortSignal) {
    this.#file = file;
    const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
    this.#written = pipeline(this.#pack, createGzip(), target, { signal });
    // Whoever adds the next entry is told.
    this.#written.catch(() => {});
  }

  async begin(manifest: Omit<Manifest, 'format' | 'version'>): Promise<void> {
    const content = {
      format: 'monitor-hermes-backup',
      version: formatVersion,
      ...manifest,
    } satisfies Manifest;
    await this.addContent(manifestFile, jsonOf(content));
  }

  addFolder(path: string, owned: Owned): Promise<void> {
    const { mode, uid, gid } = owned;
    this.#entries.push({ kind: 'folder', path, mode, uid, gid });
    return this.#put({ ...headerOf(path, owned), type: 'directory' });
  }

  addLink(path: string, target: string): Promise<void> {
    this.#entries.push({ kind: 'link', path, target });
    return this.#put({ name: path, type: 'symlink', linkname: target });
  }

  addContent(path: string, content: Buffer): Promise<void> {
    return this.addFile(path, own(), content.length, Readable.from([content], { objectMode: false }));
  }

  /** @param size bytes that `source` gives, neither more nor less */
  async addFile(path: string, owned: Owned, size: number, source: Readable): Promise<void> {
    const digest = new Digest();
    await this.#put({ ...headerOf(path, owned), type: 'file', size }, [source, digest]);
    const { mode, uid, gid, modified } = owned;
    const sha256 = digest.hex();
    this.#entries.push({ kind: 'file', path, mode, uid, gid, modified, size, sha256 });
  }

  /** Writes the checksums, and resolves when everything is on the disk. */
  async end(): Promise<void> {
    await this.addContent(checksumsFile, jsonOf({ entries: this.#entries }));
    this.#pack.finalize();
    await this.#written;
    const file = await open(this.#file, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Stops, and resolves when the file is closed. */
  async abandon(): Promise<void> {
    this.#pack.destroy();
    await this.#written.catch(() => {});
  }

  /** Resolves when the entry has been taken, which is no sooner than what is before it. */
  async #put(header: Headers, content?: [Readable, Digest]): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        const entry = this.#pack.entry(header, (error) => (error ? reject(error) : resolve()));
        if (content) pipeline(...content, entry).catch(reject);
      });
    } catch (error) {
      // Where the disk ended it all, that says more than an entry that was cut short.
      await this.#written;
      throw error;
    }
  }
}

const jsonOf = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

function headerOf(name: string, { mode, uid, gid, modified }: Owned): Headers {
  return { name, mode, uid, gid, mtime: new Date(modified) };
}
