import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Db } from 'mongodb';
import { type Entry, extract } from 'tar-stream';
import { loadSettings } from '../../../app/src/settings/load.js';
import type { Change } from '../backup/change.js';
import { type Answer, faultOf } from '../backup/containers/answer.js';
import { FolderChange } from '../backup/folder-change.js';
import { type ArchiveEntry, parseChecksums } from '../backup/format.js';
import { withDatabase } from '../backup/mongo.js';
import { MongoChange } from '../backup/mongo-change.js';
import { dataPlace, occupiedCollections } from '../backup/occupied.js';
import { restoreDraft } from '../backup/sources.js';
import { type Found, take } from '../backup/unpack.js';
import { commandFolder, type RestoreCommand, restoreList } from './dump-format.js';

/*
 * Runs in a container of the app, and puts back what belongs to its volume and to the MongoDB beside it: what is to be put
 * comes by standard input, and so does each step. Where that ends before the last step, everything is put back as it was.
 */

const { settings } = loadSettings();
const place = dataPlace(settings.DATA_DIR);
const gone = new AbortController();
// On the volume, since what is written elsewhere in a container is memory.
const draft = await mkdtemp(join(place.base, restoreDraft));
const archive = extract();
const reading = pipeline(process.stdin, archive);
reading.catch(() => {});
const entries: AsyncIterator<Entry> = archive[Symbol.asyncIterator]();
const found: Found = { digests: new Map(), folders: new Set(), links: new Map() };

try {
  await act();
} catch (error) {
  process.stderr.write(`${JSON.stringify({ fault: faultOf(error) })}\n`);
  process.exitCode = 1;
} finally {
  await rm(draft, { recursive: true, force: true });
}

async function act(): Promise<void> {
  if ((await nextCommand()) !== 'look') return;
  const list = parseChecksums(await readFile(join(draft, restoreList), 'utf8'));
  const has = (part: string) => list.some(({ path }) => path === part);
  await answer(async () => [
    ...(has('data') && place.present.length > 0 ? [`embedded data in the volume of the app`] : []),
    ...(has('mongodb') ? await occupiedCollections(settings, join(draft, 'mongodb')) : []),
  ]);
  if ((await nextCommand()) !== 'prepare') return;
  // Its client is open until all has been put, or undone.
  if (has('mongodb')) await withDatabase(settings, (database) => change(list, has('data'), database));
  else await change(list, has('data'));
}

async function change(list: readonly ArchiveEntry[], hasData: boolean, database?: Db): Promise<void> {
  const changes: Change[] = [];
  const each = async (act: (change: Change) => Promise<void>, those: readonly Change[] = changes) => {
    for (const one of those) await act(one);
  };
  const undo = () => each((one) => one.undo(), [...changes].reverse());
  const discard = () => each((one) => one.discard());
  let swapped = false;
  await answer(async () => {
    const id = draft.slice(-6);
    if (database) changes.push(await MongoChange.prepare(database, join(draft, 'mongodb'), id, gone.signal));
    const own = list.filter(({ path }) => path === 'data' || path.startsWith('data/'));
    const staged = { staged: join(draft, 'data'), part: 'data', entries: own, ...place };
    if (hasData) changes.push(await FolderChange.prepare(staged));
  });
  for (let command = await nextCommand(); command; command = await nextCommand()) {
    if (command === 'swap') {
      swapped = true;
      await answer(() => each((one) => one.swap()));
    } else {
      await answer(command === 'undo' ? undo : discard);
      return;
    }
  }
  await (swapped ? undo() : discard());
}

/** Keeps what comes before it in the draft. @returns undefined where no more comes */
async function nextCommand(): Promise<RestoreCommand | undefined> {
  for (let next = await entries.next(); !next.done; next = await entries.next()) {
    const { name } = next.value.header;
    if (!name.startsWith(commandFolder)) await take(next.value, draft, found);
    else {
      next.value.resume();
      return name.slice(commandFolder.length) as RestoreCommand;
    }
  }
  return undefined;
}

async function answer(action: () => Promise<unknown>): Promise<void> {
  const line: Answer = await action().then(
    (value) => ({ value: value ?? null }),
    (error: unknown) => ({ fault: faultOf(error) }),
  );
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
