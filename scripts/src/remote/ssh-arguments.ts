/** How a host is reached. */
export interface RemoteOptions {
  /** As `remoteAddress` lets it pass. */
  readonly host: string;
  /** Configuration file of ssh; the user's own if absent. */
  readonly config?: string | undefined;
}

/** Seconds: to connect, and between two signs of life, six of which may fail to come. */
const patience = { connect: 10, alive: 5, missed: 6 };

/**
 * The arguments of `ssh` before the command that is to run there. Nobody is asked anything, and a host is never believed:
 * its key has to be known.
 * @param socket of the connection that is shared
 */
export function sshArguments({ host, config }: RemoteOptions, socket: string, master: boolean): string[] {
  const options = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    ConnectTimeout: patience.connect,
    ServerAliveInterval: patience.alive,
    ServerAliveCountMax: patience.missed,
    ControlMaster: master ? 'yes' : 'no',
    ControlPath: socket,
    ControlPersist: 'no',
  };
  const words = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return [...(config ? ['-F', config] : []), '-T', ...words, '--', host];
}
