import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Loaded } from '../../../app/src/settings/load.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { syncFolder } from '../certs/durable.js';
import { certificatePaths } from '../certs/layout.js';
import { exclusively as holdingCertificates } from '../certs/lock.js';
import type { Project } from '../project.js';
import { exclusively as holdingStack } from '../stack/lock.js';
import { addTree } from './add-tree.js';
import { ArchiveWriter } from './archive-writer.js';
import { type KeptInContainers, withContainers } from './containers/kept.js';
import { containersToBackUp } from './containers/where.js';
import { destinationOf } from './destination.js';
import { explained } from './fault.js';
import type { PartName } from './format.js';
import { withDatabase } from './mongo.js';
import { dumpDatabase } from './mongo-dump.js';
import { releaseOf } from './release.js';
import { copyEnvironments, dataFolder, isPassing, presentParts } from './sources.js';

export interface BackupRequest {
  /** File to write, or a folder for one with the time in its name; absent: in `backups`. */
  readonly to?: string | undefined;
  /** Whether it may take the place of a file that is there. */
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly now: Date;
  say(line: string): void;
}

export interface Backup {
  readonly file: string;
  readonly bytes: number;
  readonly parts: readonly PartName[];
  /** Of MongoDB; absent where it is not used. */
  readonly documents?: number;
  /** Views and time series of MongoDB, which are not part of it. */
  readonly leftOut: readonly string[];
}

/**
 * Writes everything that an installation cannot make anew into one archive, while it runs.
 * @throws HermesError `nothing-to-back-up`, `backup-exists`, `disk-full`, `not-permitted`, `store-unavailable`, …
 */
export async function backUp(project: Project, loaded: Loaded, request: BackupRequest): Promise<Backup> {
  const session = await containersToBackUp(project, loaded, request);
  if (!session) return backUpAll(project, loaded.settings, request);
  // Before containers are started for it.
  await destinationOf(project, request);
  const all = async () => {
    try {
      return await withContainers(session, (kept) => backUpAll(project, loaded.settings, request, kept));
    } finally {
      await session.end();
    }
  };
  return holdingStack(project, all, request);
}

async function backUpAll(
  project: Project,
  settings: Settings,
  request: BackupRequest,
  kept?: KeptInContainers,
): Promise<Backup> {
  const parts = [
    ...new Set([...presentParts(project, settings, kept !== undefined), ...(kept?.parts ?? [])]),
  ];
  if (parts.length === 0) {
    throw new HermesError(
      'nothing-to-back-up',
      `there is nothing to back up in ${project.root}`,
      'run this where `make up` was run',
    );
  }
  const file = await destinationOf(project, request);
  const folder = dirname(file);
  let draft = '';
  try {
    // Beside its place, since a rename does not leave a file system; closed to others.
    draft = await mkdtemp(join(folder, '.hermes-backup-'));
    const written = await write(project, settings, { ...request, draft, parts, kept });
    await rename(join(draft, 'archive'), file);
    await syncFolder(folder);
    return { file, bytes: (await stat(file)).size, parts, ...written };
  } catch (error) {
    request.signal.throwIfAborted();
    throw explained(error, folder);
  } finally {
    if (draft) await rm(draft, { recursive: true, force: true });
  }
}

interface Work extends BackupRequest {
  readonly draft: string;
  readonly parts: readonly PartName[];
  readonly kept: KeptInContainers | undefined;
}

async function write(
  project: Project,
  settings: Settings,
  { draft, parts, kept, signal, now, say }: Work,
): Promise<Pick<Backup, 'documents' | 'leftOut'>> {
  const archive = new ArchiveWriter(join(draft, 'archive'), signal);
  const has = (part: PartName) => parts.includes(part);
  try {
    await archive.begin({ createdAt: now.toISOString(), release: releaseOf(), parts: [...parts] });
    if (has('settings')) await addTree(archive, project.envFile, 'settings/.env');
    if (has('certs')) await addCertificates(archive, project);
    const dumped = await kept?.addTo(archive);
    if (has('data') && !kept) {
      // Whoever starts the app finds its folder free.
      const copies = join(draft, 'data');
      await holdingStack(project, () => copyEnvironments(dataFolder(project, settings), copies), { say });
      await addTree(archive, copies, 'data');
    }
    const elsewhere = has('mongodb') && !kept?.parts.includes('mongodb');
    const database = elsewhere
      ? await withDatabase(settings, (found) => dumpDatabase(archive, found, signal))
      : { leftOut: [] };
    await archive.end();
    return elsewhere ? database : (dumped ?? database);
  } catch (error) {
    await archive.abandon();
    throw error;
  }
}

/** Between two installations of a certificate, so that what is in use is there as a whole. */
function addCertificates(archive: ArchiveWriter, project: Project): Promise<void> {
  const { root } = certificatePaths(project.root);
  return holdingCertificates(project.root, () =>
    addTree(archive, root, 'certs', isPassing).catch((error: unknown) => {
      throw explained(error, root);
    }),
  );
}
