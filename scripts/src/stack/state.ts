import type { Project } from '../project.js';
import type { OldWorkers } from './old-workers.js';
import { isAlive, orphansOf, type ProcessIdentity } from './process-identity.js';
import { RecordFile } from './record-file.js';
import type { Served } from './served.js';

/** A process of the stack; it has no identity before its first start. */
export interface ProcessState {
  readonly identity?: ProcessIdentity;
  readonly restarts: number;
}

/** What runs, as the supervisor records it. */
export interface StackState {
  readonly supervisor: ProcessIdentity;
  /** As in the plan. */
  readonly fingerprint: string;
  /** As in the plan that was taken up last. */
  readonly proxy: string;
  /** Of the plan that was taken up last. */
  readonly configuration: string;
  /** To the last request to take up a plan: why not, if not; milliseconds without a proxy, if it was replaced. */
  readonly answer?: { readonly request: string; readonly fault?: string; readonly gap?: number };
  /** As they were after the last reload. */
  readonly oldWorkers: OldWorkers;
  readonly served: Served;
  readonly startedAt: string;
  /** Milliseconds that a process has to stop. */
  readonly stopGrace: number;
  readonly processes: Readonly<Record<string, ProcessState>>;
}

const file = new RecordFile<StackState>('state.json');

/** @throws HermesError `not-yours` */
export const readState = (project: Project): StackState | undefined => file.read(project);

export const writeState = (project: Project, state: StackState): void => file.write(project, state);

export const clearState = (project: Project): void => file.clear(project);

/** Whether the supervisor of what is running is alive. */
export function isUp(state: StackState | undefined): state is StackState {
  return state !== undefined && isAlive(state.supervisor);
}

/** Whether anything runs: processes go on when their supervisor was killed, and nginx's workers without their master. */
export function isRunning(state: StackState | undefined): state is StackState {
  if (state === undefined) return false;
  return [state.supervisor, ...identitiesOf(state)].some((one) => isAlive(one) || orphansOf(one).length > 0);
}

export function identitiesOf({ processes }: StackState): ProcessIdentity[] {
  return Object.values(processes).flatMap(({ identity }) => identity ?? []);
}
