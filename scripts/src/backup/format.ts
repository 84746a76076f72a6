import * as z from 'zod';
import { HermesError } from '../../../app/src/errors.js';

/*
 * What an archive holds, in this order: `manifest.json`, the content of its parts, and `checksums.json`, which nothing
 * that was cut short has. Each part is a folder of its own, so that `tar` alone gets at everything.
 */

export const manifestFile = 'manifest.json';
export const checksumsFile = 'checksums.json';

/** Of the layout; one that we do not know is not restored. */
export const formatVersion = 1;

export const partNames = ['settings', 'certs', 'data', 'mongodb', 'redis'] as const;
export type PartName = (typeof partNames)[number];

const manifest = z.object({
  format: z.literal('monitor-hermes-backup'),
  version: z.number(),
  createdAt: z.iso.datetime(),
  /** Version of Monitor Hermes that made it. */
  release: z.string(),
  parts: z.array(z.enum(partNames)).min(1),
});
export type Manifest = z.infer<typeof manifest>;

const owned = { mode: z.number().int(), uid: z.number().int(), gid: z.number().int() };

/** A path is relative to the archive, and has no step upwards. */
const path = z.string().regex(/^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))(?!.*\/\/)[^\0]+(?<!\/)$/);

const entry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('file'),
    path,
    ...owned,
    /** Milliseconds since 1970. */
    modified: z.number(),
    size: z.number().int(),
    sha256: z.string(),
  }),
  z.object({ kind: z.literal('folder'), path, ...owned }),
  z.object({ kind: z.literal('link'), path, target: z.string() }),
]);
export type ArchiveEntry = z.infer<typeof entry>;

const checksums = z.object({ entries: z.array(entry) });

/** @throws HermesError `not-a-backup`, `backup-version` */
export function parseManifest(text: string): Manifest {
  // The version counts first: what is newer may say other things in other ways.
  const version = z.object({ format: manifest.shape.format, version: z.number() }).safeParse(parsed(text));
  if (!version.success) throw notABackup();
  if (version.data.version !== formatVersion) {
    throw new HermesError(
      'backup-version',
      `this backup has version ${version.data.version} of the format, and only ${formatVersion} is known here`,
      'restore it with the release of Monitor Hermes that made it',
    );
  }
  const result = manifest.safeParse(parsed(text));
  if (!result.success) throw damaged(`${manifestFile} is not complete`);
  return result.data;
}

/** @throws HermesError `backup-damaged` */
export function parseChecksums(text: string): readonly ArchiveEntry[] {
  const result = checksums.safeParse(parsed(text));
  if (!result.success) throw damaged(`${checksumsFile} is not complete`);
  return result.data.entries;
}

export function notABackup(): HermesError {
  return new HermesError(
    'not-a-backup',
    'this is not a backup of Monitor Hermes',
    'give the file that `make backup` wrote: FROM=file',
  );
}

export function damaged(what: string): HermesError {
  return new HermesError(
    'backup-damaged',
    `the backup is damaged: ${what}`,
    'nothing was changed; take another copy',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
