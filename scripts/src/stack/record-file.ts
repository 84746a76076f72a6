import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Project } from '../project.js';

/** A record of what was started, in a file that is whole at any time. */
export class RecordFile<T> {
  readonly #name: string;

  /** @param name of the file, in the project's folder for what runs */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * @returns undefined when nothing was started
   * @throws HermesError `not-yours` where another user started it
   */
  read(project: Project): T | undefined {
    try {
      return JSON.parse(readFileSync(this.#path(project), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
      const fix = 'run this as that user, or with sudo';
      throw new HermesError('not-yours', `another user has started the stack in ${project.root}`, fix);
    }
  }

  write(project: Project, record: T): void {
    mkdirSync(project.run, { recursive: true, mode: 0o755 });
    const path = this.#path(project);
    writeFileSync(`${path}.new`, JSON.stringify(record, null, 2));
    renameSync(`${path}.new`, path);
  }

  clear(project: Project): void {
    rmSync(this.#path(project), { force: true });
  }

  #path(project: Project): string {
    return join(project.run, this.#name);
  }
}
