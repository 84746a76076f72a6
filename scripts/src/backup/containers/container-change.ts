import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import {
  commandFolder,
  type RestoreCommand,
  restoreList,
  restoreProgram,
} from '../../containers/dump-format.js';
import { addTree } from '../add-tree.js';
import type { Change } from '../change.js';
import { EntryWriter, jsonOf } from '../entry-writer.js';
import type { ArchiveEntry, PartName } from '../format.js';
import { type Answer, endedEarly, faultError } from './answer.js';
import type { ContainerSession } from './session.js';

/**
 * What a restore puts into the volume of the app and into the MongoDB beside it, by a program in a container that does so
 * step by step as it is told.
 */
export class ContainerChange implements Change {
  readonly #writer: EntryWriter;
  readonly #answers: AsyncIterator<string>;
  readonly #ended: Promise<{ readonly stderr: string }>;

  private constructor(
    writer: EntryWriter,
    answers: AsyncIterator<string>,
    ended: Promise<{ stderr: string }>,
  ) {
    this.#writer = writer;
    this.#answers = answers;
    this.#ended = ended;
  }

  /** Sends all of it. @param staged folder that the backup was unpacked to */
  static async send(
    session: ContainerSession,
    staged: string,
    parts: readonly PartName[],
    entries: readonly ArchiveEntry[],
  ): Promise<ContainerChange> {
    const program = session.run(restoreProgram);
    const ended = program.then(({ stderr }) => ({ stderr: String(stderr) }));
    const answers = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
    const writer = new EntryWriter((pack) => pipeline(pack, program.stdin));
    const change = new ContainerChange(writer, answers, ended);
    await change.#sent(async () => {
      const own = entries.filter(({ path }) =>
        parts.some((part) => path === part || path.startsWith(`${part}/`)),
      );
      await writer.addContent(restoreList, jsonOf({ entries: own }));
      for (const part of parts) await addTree(writer, join(staged, part), part);
    });
    return change;
  }

  /** Each thing that would be replaced, in words. */
  async occupied(): Promise<string[]> {
    return (await this.#tell('look')) as string[];
  }

  /** Everything that may take long or fail for want of room or rights; nothing that is there is touched. */
  async prepare(): Promise<void> {
    await this.#tell('prepare');
  }

  async swap(): Promise<void> {
    await this.#tell('swap');
  }

  async undo(): Promise<void> {
    await this.#last('undo');
  }

  async discard(): Promise<void> {
    await this.#last('discard');
  }

  async #last(command: RestoreCommand): Promise<void> {
    try {
      await this.#tell(command);
    } finally {
      await this.end();
    }
  }

  /** Before the first step this is enough to leave everything as it is. */
  async end(): Promise<void> {
    await this.#writer.end().catch(() => {});
    await this.#ended;
  }

  async #tell(command: RestoreCommand): Promise<unknown> {
    await this.#sent(() => this.#writer.addContent(commandFolder + command, Buffer.from('\n')));
    const { done, value } = await this.#answers.next();
    if (done) throw endedEarly((await this.#ended).stderr);
    const answer = JSON.parse(value) as Answer;
    if ('fault' in answer) throw faultError(answer.fault);
    return answer.value;
  }

  /** Where the program has ended, why it did says more than a pipe that is broken. */
  async #sent(send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      throw endedEarly((await this.#ended).stderr);
    }
  }
}
