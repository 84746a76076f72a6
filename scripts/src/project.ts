import { join } from 'node:path';
import { projectRoot } from '../../app/src/settings/project-root.js';

/** Where things of one checkout lie. */
export interface Project {
  readonly root: string;
  readonly envFile: string;
  readonly certs: string;
  /** State of `make up`: pids, rendered configuration, logs, embedded data. */
  readonly state: string;
  readonly run: string;
  readonly logs: string;
  readonly build: string;
}

export function projectAt(root: string = projectRoot): Project {
  const state = join(root, '.hermes');
  return {
    root,
    envFile: join(root, '.env'),
    certs: join(root, 'certs'),
    state,
    run: join(state, 'run'),
    logs: join(state, 'logs'),
    build: join(state, 'build'),
  };
}
