import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Entry, extract } from 'tar-stream';
import {
  type DumpEnd,
  damagedOnItsWay,
  dumpEnd,
  dumpParts,
  dumpProgram,
} from '../../containers/dump-format.js';
import type { EntryWriter } from '../entry-writer.js';
import type { PartName } from '../format.js';
import { endedEarly } from './answer.js';
import type { ContainerSession } from './session.js';

/** What a program in the app's container gives of the volumes and of MongoDB, while it gives it. */
export class ContainerDump {
  readonly parts: readonly PartName[];
  readonly #entries: AsyncIterator<Entry>;
  readonly #ended: Promise<void>;
  /** Ends the program, if it goes on. */
  readonly abandon: () => void;

  private constructor(
    parts: readonly PartName[],
    entries: AsyncIterator<Entry>,
    ended: Promise<void>,
    abandon: () => void,
  ) {
    this.parts = parts;
    this.#entries = entries;
    this.#ended = ended;
    this.abandon = abandon;
  }

  /** Resolves when it is known what there is. @throws HermesError `compose-failed`, `image-older`, or its own faults */
  static async start(session: ContainerSession): Promise<ContainerDump> {
    const more = session.keepers.includes('mongo') ? ['mongodb'] : [];
    const program = session.run(dumpProgram, ...more);
    program.stdin.end();
    const archive = extract();
    const ended = Promise.all([pipeline(program.stdout, archive, { signal: session.signal }), program]).then(
      ([, { failed, stderr }]) => {
        if (failed) throw endedEarly(String(stderr));
      },
    );
    ended.catch(() => {});
    const entries = archive[Symbol.asyncIterator]();
    const first = await nextOf(entries, ended);
    if (first?.header.name !== dumpParts) throw damagedOnItsWay();
    return new ContainerDump(JSON.parse(await text(first)), entries, ended, () => void program.kill());
  }

  /** Adds all of it to an archive. */
  async addTo(archive: EntryWriter): Promise<DumpEnd> {
    let end: DumpEnd | undefined;
    for (let entry = await this.#next(); entry; entry = await this.#next()) {
      const { name, type, size = 0, mode = 0, uid = 0, gid = 0, mtime } = entry.header;
      const path = name.replace(/\/$/, '');
      const owned = { mode, uid, gid, modified: mtime?.getTime() ?? 0 };
      if (path === dumpEnd) end = JSON.parse(await text(entry));
      else if (type === 'file') await archive.addFile(path, owned, size, entry);
      else {
        await archive.addFolder(path, owned);
        entry.resume();
      }
    }
    await this.#ended;
    if (!end) throw damagedOnItsWay();
    return end;
  }

  #next(): Promise<Entry | undefined> {
    return nextOf(this.#entries, this.#ended);
  }
}

/** @throws what ended the program, where that is why nothing comes any more */
async function nextOf(entries: AsyncIterator<Entry>, ended: Promise<void>): Promise<Entry | undefined> {
  try {
    const { done, value } = await entries.next();
    if (!done) return value;
  } catch (error) {
    await ended;
    throw error;
  }
  await ended;
  return undefined;
}
