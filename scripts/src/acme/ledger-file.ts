import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { HermesError } from '../../../app/src/errors.js';
import { replaceFile, syncFolder } from '../certs/durable.js';
import { certificatePaths } from '../certs/layout.js';
import { holding } from '../certs/lock.js';
import { longestSpan } from './limits.js';

/*
 * The file behind the ledger: one event a line, appended and synced. A line that a kill cut short is passed over, and
 * costs no other one: every write starts a line of its own.
 */

const time = z.iso.datetime().transform((text) => new Date(text));
const about = { at: time, directory: z.string() };
const names = z.array(z.string()).min(1);

const event = z.discriminatedUnion('kind', [
  z.object({ ...about, kind: z.literal('ordered'), id: z.string(), names }),
  z.object({ ...about, kind: z.enum(['issued', 'failed', 'abandoned']), id: z.string(), names }),
  z.object({ ...about, kind: z.literal('refused'), until: time, names: names.optional() }),
]);

export type LedgerEvent = z.infer<typeof event>;

/** Bytes beyond which events that no limit counts any more are dropped, and then the oldest. */
const roomy = 1_048_576;

const mode = 0o644;

const ledgerPath = (folder: string) => join(certificatePaths(folder).acme, 'ledger.jsonl');

/**
 * In the order they were written.
 * @throws HermesError `ledger-unreadable`: what is not known must not count as nothing
 */
export async function readEvents(folder: string): Promise<LedgerEvent[]> {
  const path = ledgerPath(folder);
  try {
    return (await readFile(path, 'utf8')).split('\n').flatMap(parseLine);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new HermesError(
      'ledger-unreadable',
      `the ledger of orders cannot be read: ${path} (${(cause as NodeJS.ErrnoException).code})`,
      'let your user read it; without it the limits of the CA cannot be kept',
      { cause },
    );
  }
}

/**
 * Adds what `decide` makes of the events so far, while no other process adds any. It is on the disk on return.
 * @throws what `decide` throws; then nothing is written
 */
export async function addEvent(
  folder: string,
  now: Date,
  decide: (events: readonly LedgerEvent[]) => LedgerEvent,
): Promise<void> {
  const { root, acme } = certificatePaths(folder);
  const folders = [
    { path: root, mode: 0o755 },
    { path: acme, mode: 0o700 },
  ];
  await holding('.ledger.lock', folders, async () => {
    const events = await readEvents(folder);
    const added = decide(events);
    await append(folder, added);
    if ((await stat(ledgerPath(folder))).size > roomy) await shorten(folder, [...events, added], now);
  });
}

async function append(folder: string, added: LedgerEvent): Promise<void> {
  const file = await open(ledgerPath(folder), 'a', mode);
  try {
    await file.appendFile(`\n${JSON.stringify(added)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(certificatePaths(folder).acme);
}

async function shorten(folder: string, events: readonly LedgerEvent[], now: Date): Promise<void> {
  const lines: string[] = [];
  let room = roomy / 2;
  for (const kept of events
    .filter(({ at }) => Math.abs(now.getTime() - at.getTime()) < longestSpan)
    .reverse()) {
    const line = `${JSON.stringify(kept)}\n`;
    room -= Buffer.byteLength(line);
    if (room < 0) break;
    lines.unshift(line);
  }
  await replaceFile(ledgerPath(folder), lines.join(''), { mode });
}

function parseLine(line: string): LedgerEvent[] {
  if (!line) return [];
  try {
    return [event.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
