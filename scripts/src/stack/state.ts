import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project.js';
import type { Served } from './in-effect.js';
import { isAlive, type ProcessIdentity } from './process-identity.js';

/** A process of the stack; it has no identity before its first start. */
export interface ProcessState {
  readonly identity?: ProcessIdentity;
  readonly restarts: number;
}

/** What runs, as the supervisor records it. */
export interface StackState {
  readonly supervisor: ProcessIdentity;
  /** Changes when the settings, the build or the rendered configuration do. */
  readonly fingerprint: string;
  readonly served: Served;
  readonly startedAt: string;
  /** Milliseconds that a process has to stop. */
  readonly stopGrace: number;
  readonly processes: Readonly<Record<string, ProcessState>>;
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

/** Whether the supervisor of what is running is alive. */
export function isUp(state: StackState | undefined): state is StackState {
  return state !== undefined && isAlive(state.supervisor);
}

/** Whether anything runs: processes go on when their supervisor was killed. */
export function isRunning(state: StackState | undefined): state is StackState {
  return state !== undefined && [state.supervisor, ...identitiesOf(state)].some(isAlive);
}

export function identitiesOf({ processes }: StackState): ProcessIdentity[] {
  return Object.values(processes).flatMap(({ identity }) => identity ?? []);
}
