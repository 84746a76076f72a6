import { hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import { makeSettings, partSettings } from '../command-line.js';
import { quietSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { remoteAddress } from '../remote/address.js';

/** Where commands with HOST go, and by whom. */
export interface SiteOptions {
  readonly host: string;
  readonly config: string | undefined;
  readonly path: string;
  readonly registry: string | undefined;
  readonly by: string;
}

export const withHost = (command: Command): Command =>
  command.option('--host <address>', 'user@host, or a name of your ssh configuration; make: HOST=');

/** @throws HermesError `host-missing`, `bad-host` */
export function siteOptions(host: string | undefined): SiteOptions {
  const { SSH_CONFIG, DEPLOY_PATH, REGISTRY } = quietSettings(projectAt()).settings;
  return {
    host: remoteAddress(host),
    config: SSH_CONFIG,
    path: DEPLOY_PATH,
    registry: REGISTRY,
    by: `${userInfo().username}@${hostname()}`,
  };
}

/** Settings of the command line: those that a deploy takes to the host. */
export const givenSettings = (): Readonly<Record<string, string | undefined>> => ({
  ...makeSettings(process.env),
  ...partSettings(process.argv.slice(2)).given,
});
