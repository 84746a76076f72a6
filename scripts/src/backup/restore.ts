import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Loaded } from '../../../app/src/settings/load.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { exclusively as holdingCertificates } from '../certs/lock.js';
import { readContainers } from '../containers/state.js';
import type { Project } from '../project.js';
import { exclusively as holdingStack } from '../stack/lock.js';
import { isRunning, readState } from '../stack/state.js';
import { type Change, swapAll } from './change.js';
import { explained } from './fault.js';
import { FolderChange } from './folder-change.js';
import type { Manifest, PartName } from './format.js';
import { withDatabase } from './mongo.js';
import { MongoChange } from './mongo-change.js';
import { assertUnused, occupied, placeOf } from './occupied.js';
import { type RestoreTarget, type RestoreWork, targetOf } from './restore-target.js';
import { restoreDraft } from './sources.js';
import { unpack } from './unpack.js';

export interface RestoreRequest {
  readonly from: string;
  /** Whether it may replace what is there. */
  readonly force: boolean;
  /** Whether it may do so while the stack runs; embedded data never. */
  readonly running: boolean;
  readonly signal: AbortSignal;
  /** The settings with the `.env` of this folder. */
  settingsFrom(folder: string): Loaded;
  say(line: string): void;
}

/**
 * Puts back what a backup holds, all of it or nothing.
 * @throws HermesError `stack-running`, `no-such-backup`, `backup-damaged`, `backup-version`, `would-overwrite`,
 * `disk-full`, …; then everything is as it was
 */
export function restore(project: Project, request: RestoreRequest): Promise<Manifest> {
  const from = resolve(request.from);
  if (!existsSync(from)) {
    throw new HermesError('no-such-backup', `there is no file ${from}`, 'give the one to restore: FROM=file');
  }
  return holdingStack(project, () => restoreAlone(project, { ...request, from }), request);
}

async function restoreAlone(project: Project, request: RestoreRequest): Promise<Manifest> {
  const { from, signal } = request;
  const isUp = isRunning(readState(project)) || readContainers(project) !== undefined;
  if (isUp && !request.running) throw stackRunning('');
  let draft = '';
  try {
    draft = await mkdtemp(join(project.root, restoreDraft));
    const unpacked = await unpack(from, draft, signal);
    const { parts } = unpacked.manifest;
    for (const [part, what] of Object.entries(closedWhileUp))
      if (isUp && parts.includes(part as PartName))
        throw stackRunning(` with ${what}, which this backup has too`);
    const root = parts.includes('settings') ? join(draft, 'settings') : project.root;
    const loaded = request.settingsFrom(root);
    const target = await targetOf(project, loaded, { draft, unpacked, signal });
    try {
      const there = [
        ...(await occupied(target.here, project, loaded.settings, draft)),
        ...(await target.occupied()),
      ];
      if (there.length > 0 && !request.force) throw wouldOverwrite(there);
      await putAll(project, loaded.settings, { draft, unpacked, signal, target });
    } finally {
      await target.end();
    }
    return unpacked.manifest;
  } catch (error) {
    signal.throwIfAborted();
    throw explained(error, project.root);
  } finally {
    if (draft) await rm(draft, { recursive: true, force: true });
  }
}

/** What runs would go on with data that is not there any more. */
const closedWhileUp: Readonly<Partial<Record<PartName, string>>> = {
  data: 'embedded data',
  redis: 'a Redis beside it',
};

interface Work extends RestoreWork {
  readonly target: RestoreTarget;
}

/** MongoDB around the rest: its client is open until all has been put, or undone. */
async function putAll(project: Project, settings: Settings, work: Work): Promise<void> {
  const { draft, signal, target } = work;
  if (!target.here.includes('mongodb')) return putFiles(project, settings, work, []);
  const id = randomBytes(6).toString('hex');
  await withDatabase(settings, async (database) => {
    const change = await MongoChange.prepare(database, join(draft, 'mongodb'), id, signal);
    await putFiles(project, settings, work, [change]);
  });
}

async function putFiles(project: Project, settings: Settings, work: Work, others: Change[]): Promise<void> {
  const { draft, unpacked, signal, target } = work;
  const changes = [...others];
  const put = async () => {
    try {
      for (const part of target.here) {
        if (part === 'mongodb' || part === 'redis') continue;
        const place = placeOf(part, project, settings);
        if (part === 'data') assertUnused(place);
        const entries = unpacked.entries.filter(({ path }) => path === part || path.startsWith(`${part}/`));
        changes.unshift(await FolderChange.prepare({ staged: join(draft, part), part, entries, ...place }));
      }
      changes.unshift(...(await target.prepare()));
      signal.throwIfAborted();
    } catch (error) {
      await Promise.all(changes.map((change) => change.discard()));
      throw explained(error, project.root);
    }
    // From here on a signal waits: these are renames, and they end in a moment.
    await swapAll(changes).catch((error: unknown) => {
      throw explained(error, project.root);
    });
  };
  await (unpacked.manifest.parts.includes('certs') ? holdingCertificates(project.root, put) : put());
}

function stackRunning(what: string): HermesError {
  return new HermesError(
    'stack-running',
    `the stack is running${what}`,
    what
      ? 'stop it first: make down'
      : 'stop it first: make down; or say RUNNING=1, where the backup has no embedded data',
  );
}

function wouldOverwrite(there: readonly string[]): HermesError {
  const hint = 'FORCE=1 replaces it with what is in the backup; `make backup` keeps it';
  return new HermesError('would-overwrite', `there is something already: ${there.join(', ')}`, hint);
}
