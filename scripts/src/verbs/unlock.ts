import { Command } from 'commander';
import { breakLock } from '../deploy/lock.js';
import { withHost } from '../deploy/site-options.js';
import { withSite } from '../deploy/with-site.js';

/** `hermes unlock`: ends a deploy of somebody else's that does not end by itself. */
export function unlockVerb(): Command {
  return withHost(new Command('unlock'))
    .description('take the lock of a host from who deploys there')
    .action((options) =>
      withSite(options.host, async ({ root }, remote) => {
        const holder = await breakLock(remote, root);
        process.stdout.write(holder ? `The lock was taken from ${holder}.\n` : 'Nobody had the lock.\n');
      }),
    );
}
