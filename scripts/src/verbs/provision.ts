import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { interruption } from '../interruption.js';
import { quietSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { provision } from '../provision/provision.js';
import { deployUser, publicKeyIn } from '../provision/wanted.js';
import { remoteAddress } from '../remote/address.js';
import { Remote } from '../remote/remote.js';

/** `hermes provision`: a bare Debian or Ubuntu host gets what `hermes deploy` needs. Again: does nothing. */
export function provisionVerb(): Command {
  return new Command('provision')
    .description('give a bare Debian or Ubuntu host Docker and a user who deploys')
    .option('--host <user@host>', 'root, or a user whom sudo lets through; make: HOST=')
    .option('--user <name>', 'the user who is to deploy; make: DEPLOY_USER=', 'hermes')
    .option('--key <file>', 'public key of who deploys; make: KEY=', join(homedir(), '.ssh/id_ed25519.pub'))
    .option('--dry-run', 'look, and print what would be done; make: DRY_RUN=1')
    .action(async ({ host, user, key, dryRun = false }) => {
      const address = remoteAddress(host);
      const { settings } = quietSettings(projectAt());
      const wanted = { user: deployUser(user), key: publicKeyIn(key), folder: settings.DEPLOY_PATH };
      const interrupted = interruption('interrupted; run it again to go on');
      const remote = await Remote.connect({ host: address, config: settings.SSH_CONFIG });
      try {
        const say = (line: string) => void process.stdout.write(`${line}\n`);
        const { notes } = await provision(remote, { wanted, dryRun, interrupted, say });
        for (const note of notes) say(`- ${note}`);
        if (!dryRun) say(`Deploy to it: make deploy HOST=${user}@${address.replace(/^.*@/, '')}`);
      } finally {
        await remote.close();
      }
    });
}
