import type { Settings } from '../../../app/src/settings/table.js';
import { configureNginx } from './configure-nginx.js';
import { configureTraefik } from './configure-traefik.js';
import type { ContainerPaths } from './plan.js';

/**
 * Puts the configuration where the proxy reads it.
 * @returns the command of Compose that has a running one take it up; undefined where nothing has to be done
 */
export type ApplyConfiguration = (paths: ContainerPaths) => readonly string[] | undefined;

/**
 * Renders the configuration of a proxy aside and checks it, so that one that runs goes on if it is bad.
 * @param image of the proxy
 * @param draft where it is rendered
 */
export type ConfigureProxy = (
  settings: Settings,
  image: string,
  draft: ContainerPaths,
) => Promise<ApplyConfiguration>;

/** By the value of PROXY. */
export const configureProxy: Readonly<Record<Settings['PROXY'], ConfigureProxy>> = {
  nginx: configureNginx,
  traefik: configureTraefik,
  none: async () => () => undefined,
};
