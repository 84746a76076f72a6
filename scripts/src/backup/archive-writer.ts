import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { EntryWriter, jsonOf } from './entry-writer.js';
import { checksumsFile, formatVersion, type Manifest, manifestFile } from './format.js';

/** Writes one archive, entry after entry. */
export class ArchiveWriter extends EntryWriter {
  readonly #file: string;

  /** @param file that must not exist yet */
  constructor(file: string, signal: AbortSignal) {
    super((pack) =>
      pipeline(pack, createGzip(), createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal }),
    );
    this.#file = file;
  }

  async begin(manifest: Omit<Manifest, 'format' | 'version'>): Promise<void> {
    const content = {
      format: 'monitor-hermes-backup',
      version: formatVersion,
      ...manifest,
    } satisfies Manifest;
    await this.addContent(manifestFile, jsonOf(content));
  }

  /** Writes the checksums, and resolves when everything is on the disk. */
  override async end(): Promise<void> {
    await this.addContent(checksumsFile, jsonOf({ entries: this.entries }));
    await super.end();
    const file = await open(this.#file, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
