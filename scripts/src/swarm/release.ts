import { execa } from 'execa';
import type { Loaded } from '../../../app/src/settings/load.js';
import type { Wanted } from '../deploy/image.js';
import type { Project } from '../project.js';
import { remoteAddress } from '../remote/address.js';
import { Remote } from '../remote/remote.js';
import { deploySwarm } from './deploy.js';
import { localEngine } from './engine.js';
import { tellSwarm } from './tell.js';
import { tunnelTo } from './tunnel.js';

export interface SwarmRelease {
  readonly project: Project;
  readonly loaded: Loaded;
  /** A manager, as HOST names it; absent: the engine of this host is one. */
  readonly host?: string | undefined;
  /** Image of the app. */
  readonly wanted: Wanted;
  /** Only look, and print what would be done. */
  readonly dryRun?: boolean;
  readonly interrupted: AbortSignal;
}

/**
 * `make deploy ENGINE=swarm [HOST=manager]`.
 * @throws HermesError why it failed; what ran before runs
 */
export async function releaseToSwarm({ host, dryRun, ...given }: SwarmRelease): Promise<void> {
  const go = dryRun ? tellSwarm : deploySwarm;
  if (host === undefined) return go({ ...given, engine: localEngine });
  const config = given.loaded.settings.SSH_CONFIG;
  const remote = await Remote.connect({ host: remoteAddress(host), config });
  const tunnel = await tunnelTo(remote, await addressBehind(host, config));
  try {
    await go({ ...given, engine: tunnel.engine });
  } finally {
    tunnel.close();
    await remote.close();
  }
}

/** Name or address behind what HOST says, which may be a name of ssh's configuration alone. */
async function addressBehind(host: string, config: string | undefined): Promise<string> {
  const args = [...(config ? ['-F', config] : []), '-G', '--', host];
  const { stdout } = await execa('ssh', args);
  return /^hostname (.+)$/m.exec(stdout)?.[1] ?? host;
}
