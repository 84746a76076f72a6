import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project.js';
import type { ProcessIdentity } from './process-identity.js';

/** What runs, as the supervisor records it. */
export interface StackState {
  readonly supervisor: ProcessIdentity;
  /** Changes when the settings, the build or the rendered configuration do. */
  readonly fingerprint: string;
  readonly url: string;
  readonly startedAt: string;
  /** Milliseconds that a process has to stop. */
  readonly stopGrace: number;
  readonly processes: Readonly<Record<string, ProcessIdentity & { restarts: number }>>;
}

const file = (project: Project) => join(project.run, 'state.json');

export function readState(project: Project): StackState | undefined {
  try {
    return JSON.parse(readFileSync(file(project), 'utf8'));
  } catch {
    return undefined;
  }
}

export function writeState(project: Project, state: StackState): void {
  mkdirSync(project.run, { recursive: true });
  writeFileSync(`${file(project)}.new`, JSON.stringify(state, null, 2));
  renameSync(`${file(project)}.new`, file(project));
}

export function clearState(project: Project): void {
  rmSync(file(project), { force: true });
}
