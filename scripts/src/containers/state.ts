import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Project } from '../project.js';
import type { Served } from '../stack/served.js';

/** What was started in containers, so that it is found again whatever the settings say by then. */
export interface ContainerState {
  /** Name of the Compose project. */
  readonly name: string;
  readonly files: readonly string[];
  /** File of the variables. */
  readonly variables: string;
  readonly image: string;
  readonly served: Served;
  readonly startedAt: string;
  /** Of what was started, once it was well; absent before. */
  readonly fingerprint?: string;
}

const file = (project: Project) => join(project.run, 'containers.json');

/**
 * @returns undefined when nothing was started in containers
 * @throws HermesError `not-yours` where another user started it
 */
export function readContainers(project: Project): ContainerState | undefined {
  try {
    return JSON.parse(readFileSync(file(project), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
    const fix = 'run this as that user, or with sudo';
    throw new HermesError('not-yours', `another user has started the stack in ${project.root}`, fix);
  }
}

export function writeContainers(project: Project, state: ContainerState): void {
  mkdirSync(project.run, { recursive: true, mode: 0o755 });
  writeFileSync(`${file(project)}.new`, JSON.stringify(state, null, 2));
  renameSync(`${file(project)}.new`, file(project));
}

export function clearContainers(project: Project): void {
  rmSync(file(project), { force: true });
}
