import { chmod, cp, lchown, lstat, mkdir, mkdtemp, rename, rm, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { syncFolder } from '../certs/durable.js';
import type { Change } from './change.js';
import type { ArchiveEntry } from './format.js';
import { restoreDraft } from './sources.js';

export interface FolderRequest {
  /** Where the part was unpacked to. */
  readonly staged: string;
  /** Its path in the archive. */
  readonly part: string;
  readonly entries: readonly ArchiveEntry[];
  /** Folder that gets what is in the part; made where it is missing. */
  readonly base: string;
  /** What is in that folder now and has to make room, by name. */
  readonly present: readonly string[];
}

/**
 * Puts what was unpacked into a folder by renames, entry by entry: the folder itself may be a mount, which cannot be
 * renamed. What was there is kept in a hidden folder until all of it has gone well.
 */
export class FolderChange implements Change {
  readonly #request: FolderRequest;
  readonly #work: string;
  readonly #made: string | undefined;
  readonly #done: { from: string; to: string }[] = [];

  private constructor(request: FolderRequest, work: string, made: string | undefined) {
    this.#request = request;
    this.#work = work;
    this.#made = made;
  }

  /** Everything that may take long or fail for want of room or rights; nothing that is there is touched. */
  static async prepare(request: FolderRequest): Promise<FolderChange> {
    const { staged, base } = request;
    const made = await mkdir(base, { recursive: true, mode: 0o700 });
    const change = new FolderChange(request, await mkdtemp(join(base, restoreDraft)), made);
    try {
      await mkdir(join(change.#work, 'before'), { mode: 0o700 });
      await moveTree(staged, change.#new);
      await change.#restoreAccess();
    } catch (error) {
      await change.discard();
      throw error;
    }
    return change;
  }

  get #new(): string {
    return join(this.#work, 'new');
  }

  get #names(): string[] {
    const { entries, part } = this.#request;
    return entries.filter(({ path }) => dirname(path) === part).map(({ path }) => basename(path));
  }

  async swap(): Promise<void> {
    const { base, present } = this.#request;
    for (const name of present) await this.#rename(join(base, name), join(this.#work, 'before', name));
    for (const name of this.#names) await this.#rename(join(this.#new, name), join(base, name));
    await syncFolder(base);
  }

  async undo(): Promise<void> {
    try {
      for (let last = this.#done.pop(); last; last = this.#done.pop()) await rename(last.to, last.from);
    } catch (cause) {
      throw new HermesError(
        'restore-half-undone',
        `${this.#request.base} could not be put back as it was (${(cause as NodeJS.ErrnoException).code})`,
        `what was there is in ${join(this.#work, 'before')}`,
        { cause },
      );
    }
    await this.discard();
  }

  async discard(): Promise<void> {
    await rm(this.#work, { recursive: true, force: true });
    // A folder that was made for this, and that nothing has come into.
    if (this.#made && this.#done.length === 0) await rm(this.#made, { recursive: true, force: true });
  }

  async #rename(from: string, to: string): Promise<void> {
    await rename(from, to);
    this.#done.push({ from, to });
  }

  /** From the inside out: what is written into a folder changes it, and one may be closed to its owner. */
  async #restoreAccess(): Promise<void> {
    const { entries, part } = this.#request;
    for (const entry of [...entries].reverse()) {
      const whole = entry.path === part;
      if (entry.kind === 'link' || (whole && this.#made === undefined)) continue;
      const path = whole ? this.#request.base : join(this.#new, entry.path.slice(part.length + 1));
      await giveTo(path, entry.uid, entry.gid);
      if (entry.kind === 'file') await utimes(path, entry.modified / 1_000, entry.modified / 1_000);
      await chmod(path, entry.mode);
    }
  }
}

/** Only root gives files away. For others they are theirs, and of the group where they are members of it. */
async function giveTo(path: string, uid: number, gid: number): Promise<void> {
  const root = process.geteuid?.() === 0;
  try {
    await lchown(path, root ? uid : (process.geteuid?.() ?? -1), gid);
  } catch (error) {
    if (root || (error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

async function moveTree(from: string, to: string): Promise<void> {
  if (!(await lstat(from).catch(() => undefined))) return void (await mkdir(to));
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true });
  }
}
