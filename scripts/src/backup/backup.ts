import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { ensureFolder, syncFolder } from '../certs/durable.js';
import { certificatePaths } from '../certs/layout.js';
import { exclusively as holdingCertificates } from '../certs/lock.js';
import type { Project } from '../project.js';
import { exclusively as holdingStack } from '../stack/lock.js';
import { addTree } from './add-tree.js';
import { ArchiveWriter } from './archive-writer.js';
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
export async function backUp(project: Project, settings: Settings, request: BackupRequest): Promise<Backup> {
  const parts = presentParts(project, settings);
  if (parts.length === 0) {
    throw new HermesError(
      'nothing-to-back-up',
      `there is nothing to back up in ${project.root}`,
      'run this where `make up` was run',
    );
  }
  const file = await placeOf(project, request);
  const folder = dirname(file);
  let draft = '';
  try {
    // Beside its place, since a rename does not leave a file system; closed to others.
    draft = await mkdtemp(join(folder, '.hermes-backup-'));
    const written = await write(project, settings, { ...request, draft, parts });
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

type Work = BackupRequest & { readonly draft: string; readonly parts: readonly PartName[] };

async function write(
  project: Project,
  settings: Settings,
  { draft, parts, signal, now, say }: Work,
): Promise<Pick<Backup, 'documents' | 'leftOut'>> {
  const archive = new ArchiveWriter(join(draft, 'archive'), signal);
  const has = (part: PartName) => parts.includes(part);
  try {
    await archive.begin({ createdAt: now.toISOString(), release: releaseOf(), parts: [...parts] });
    if (has('settings')) await addTree(archive, project.envFile, 'settings/.env');
    if (has('certs')) await addCertificates(archive, project);
    if (has('data')) {
      // Whoever starts the app finds its folder free.
      const copies = join(draft, 'data');
      await holdingStack(project, () => copyEnvironments(dataFolder(project, settings), copies), { say });
      await addTree(archive, copies, 'data');
    }
    const dumped = has('mongodb')
      ? await withDatabase(settings, (database) => dumpDatabase(archive, database, signal))
      : { leftOut: [] };
    await archive.end();
    return dumped;
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

async function placeOf(project: Project, { to, force, now }: BackupRequest): Promise<string> {
  const named = `hermes-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.tar.gz`;
  if (!to) await ensureFolder(join(project.root, 'backups'), 0o700).catch(refuse(project.root));
  const asked = to ? resolve(to) : join(project.root, 'backups');
  const found = statSync(asked, { throwIfNoEntry: false });
  const file = found?.isDirectory() ? join(asked, named) : asked;
  if (!existsSync(dirname(file))) {
    const hint = 'make that folder, or give another: TO=file';
    throw new HermesError('no-such-folder', `there is no folder ${dirname(file)}`, hint);
  }
  if (existsSync(file) && !force) {
    const hint = 'give another name, or FORCE=1 to replace it';
    throw new HermesError('backup-exists', `${basename(file)} is there already, in ${dirname(file)}`, hint);
  }
  return file;
}

const refuse = (place: string) => (error: unknown) => {
  throw explained(error, place);
};
