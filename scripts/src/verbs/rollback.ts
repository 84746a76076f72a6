import { Command } from 'commander';
import { changeRelease } from '../deploy/change-release.js';
import { changeText } from '../deploy/change-text.js';
import { siteOptions, withHost } from '../deploy/site-options.js';
import { interruption } from '../interruption.js';
import { rollBackByOptions } from '../swarm/by-options.js';
import { isForSwarm } from '../swarm/with-engine.js';

/** `hermes rollback`: back to a release that was there before, by the road of a deploy. */
export function rollbackVerb(): Command {
  return withHost(new Command('rollback'))
    .description('lead a host back to the release before, or to a named one; no client loses a message')
    .option('--to <release>', 'as `hermes releases` names it; make: TO=')
    .option('--canary <kind>', 'full: it stays idle past the proxy’s limit, too; make: CANARY=', 'short')
    .option('--dry-run', 'look, and print what would be done; make: DRY_RUN=1')
    .action(async (options) => {
      if (isForSwarm()) return rollBackByOptions(options);
      const site = siteOptions(options.host);
      const request = {
        ...site,
        to: options.to,
        full: options.canary === 'full',
        dryRun: Boolean(options.dryRun),
      };
      const change = await changeRelease(request, interruption('interrupted'));
      process.stdout.write(change.text ?? changeText(change));
    });
}
