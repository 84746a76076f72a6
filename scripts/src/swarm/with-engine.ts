import { execa } from 'execa';
import { quietSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { remoteAddress } from '../remote/address.js';
import { Remote } from '../remote/remote.js';
import { localEngine, type SwarmEngine } from './engine.js';
import { managerOf } from './nodes.js';
import { tunnelTo } from './tunnel.js';

export interface Manager {
  /** As HOST names it; absent: the engine of this host is one. */
  readonly host?: string | undefined;
  /** Configuration file of ssh. */
  readonly config?: string | undefined;
}

/** Whether the settings say that the stack is on a swarm. */
export const isForSwarm = (): boolean => quietSettings(projectAt()).settings.ENGINE === 'swarm';

/**
 * Does something with the engine of a manager.
 * @throws HermesError `no-swarm`, those of `Remote.connect`, and what the action throws
 */
export async function withEngine<T>(
  { host, config }: Manager,
  action: (engine: SwarmEngine) => Promise<T>,
): Promise<T> {
  const begin = async (engine: SwarmEngine) => {
    await managerOf(engine);
    return action(engine);
  };
  if (host === undefined) return begin(localEngine);
  const remote = await Remote.connect({ host: remoteAddress(host), config });
  const tunnel = await tunnelTo(remote, await addressBehind(host, config));
  try {
    return await begin(tunnel.engine);
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
