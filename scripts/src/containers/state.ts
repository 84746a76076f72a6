import type { Project } from '../project.js';
import { RecordFile } from '../stack/record-file.js';
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

const file = new RecordFile<ContainerState>('containers.json');

/** @throws HermesError `not-yours` */
export const readContainers = (project: Project): ContainerState | undefined => file.read(project);

export const writeContainers = (project: Project, state: ContainerState): void => file.write(project, state);

export const clearContainers = (project: Project): void => file.clear(project);
