import { join, resolve } from 'node:path';
import { projectRoot } from '../../app/src/settings/project-root.js';

/** Where the things of one installation lie: its settings, certificates and state. The code is in `projectRoot`. */
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

/** @param folder the checkout itself, unless `HERMES_PROJECT` names another: one checkout can serve several */
export function projectAt(folder: string = process.env.HERMES_PROJECT || projectRoot): Project {
  const root = resolve(folder);
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
