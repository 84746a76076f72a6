import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { loadSettings } from '../../../app/src/settings/load.js';
import { addTree } from '../backup/add-tree.js';
import { faultOf } from '../backup/containers/answer.js';
import { EntryWriter, jsonOf } from '../backup/entry-writer.js';
import type { PartName } from '../backup/format.js';
import { withDatabase } from '../backup/mongo.js';
import { type Dumped, dumpDatabase } from '../backup/mongo-dump.js';
import { copyEnvironments, presentEnvironments } from '../backup/sources.js';
import { dumpEnd, dumpParts } from './dump-format.js';

/*
 * Runs in the app's container, beside it, and writes what it keeps to standard output: the embedded data, copied as it is
 * at one moment, and, with the argument `mongodb`, the history in the MongoDB beside it.
 */

const copies = '.hermes-backup-';
const { settings } = loadSettings();
const { DATA_DIR: data } = settings;
const gone = new AbortController();

try {
  // What one has left that was killed: the stack's lock lets in one at a time.
  for (const name of (await readdir(data)).filter((one) => one.startsWith(copies)))
    await rm(join(data, name), { recursive: true });
  const embedded = presentEnvironments(data).length > 0;
  const mongodb = process.argv.includes('mongodb');
  const parts: PartName[] = [
    ...(embedded ? (['data'] as const) : []),
    ...(mongodb ? (['mongodb'] as const) : []),
  ];
  const writer = new EntryWriter((pack) => pipeline(pack, process.stdout));
  await writer.addContent(dumpParts, jsonOf(parts));
  if (embedded) await addData(writer);
  const dumped: Dumped | { leftOut: [] } = mongodb
    ? await withDatabase(settings, (database) => dumpDatabase(writer, database, gone.signal))
    : { leftOut: [] };
  await writer.addContent(dumpEnd, jsonOf(dumped));
  await writer.end();
} catch (error) {
  process.stderr.write(`${JSON.stringify({ fault: faultOf(error) })}\n`);
  process.exitCode = 1;
}

async function addData(writer: EntryWriter): Promise<void> {
  // On the volume, since what is written elsewhere in a container is memory.
  const draft = await mkdtemp(join(data, copies));
  try {
    await copyEnvironments(data, draft);
    await addTree(writer, draft, 'data');
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
