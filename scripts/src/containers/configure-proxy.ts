import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { configureNginx } from './configure-nginx.js';
import { configureTraefik } from './configure-traefik.js';
import type { ContainerPaths } from './plan.js';

/**
 * Renders the configuration of a proxy, so that one that runs goes on if it is bad.
 * @param image of the proxy
 * @returns the command of Compose that has a running one take it up; undefined where nothing has to be done
 */
export type ConfigureProxy = (
  project: Project,
  settings: Settings,
  image: string,
  paths: ContainerPaths,
) => Promise<readonly string[] | undefined>;

/** By the value of PROXY. */
export const configureProxy: Readonly<Record<Settings['PROXY'], ConfigureProxy>> = {
  nginx: configureNginx,
  traefik: configureTraefik,
  none: async () => undefined,
};
