import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { ensureFolder } from '../certs/durable.js';
import type { Project } from '../project.js';
import type { BackupRequest } from './backup.js';
import { explained } from './fault.js';

/**
 * The file that a backup is written to.
 * @throws HermesError `no-such-folder`, `backup-exists`, `not-permitted`
 */
export async function destinationOf(project: Project, { to, force, now }: BackupRequest): Promise<string> {
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
