import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Headers, type Pack, pack } from 'tar-stream';
import { Digest } from './digest.js';
import type { ArchiveEntry } from './format.js';

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

/** Writes a stream of tar, entry after entry, and keeps a list of them; what is in memory of it is bounded. */
export class EntryWriter {
  readonly #pack = pack();
  readonly #entries: ArchiveEntry[] = [];
  readonly #written: Promise<void>;

  /** @param write takes what is written to where it goes, and resolves when all of it is there */
  constructor(write: (source: Pack) => Promise<void>) {
    this.#written = write(this.#pack);
    // Whoever adds the next entry is told.
    this.#written.catch(() => {});
  }

  protected get entries(): readonly ArchiveEntry[] {
    return this.#entries;
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

  /** Resolves when everything is where it goes. */
  async end(): Promise<void> {
    this.#pack.finalize();
    await this.#written;
  }

  /** Stops, and resolves when nothing is written any more. */
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
      // What ended it all, such as the disk, says more than an entry that was cut short.
      await this.#written;
      throw error;
    }
  }
}

export function jsonOf(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function headerOf(name: string, { mode, uid, gid, modified }: Owned): Headers {
  return { name, mode, uid, gid, mtime: new Date(modified) };
}
