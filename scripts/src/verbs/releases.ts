import { Command } from 'commander';
import { releasesText } from '../deploy/releases-text.js';
import { withHost } from '../deploy/site-options.js';
import { withSite } from '../deploy/with-site.js';
import { tellSwarmReleases } from '../swarm/look.js';
import { isForSwarm } from '../swarm/with-engine.js';

/** `hermes releases`: what a host could be led back to. */
export function releasesVerb(): Command {
  return withHost(new Command('releases'))
    .description('list the releases on a host, and which one serves')
    .option('--json', 'as JSON; make: JSON=1')
    .action((options) => {
      if (isForSwarm()) return tellSwarmReleases(options);
      return withSite(options.host, (look) => {
        const { current, previous, releases } = look;
        const all = JSON.stringify({ current, previous, releases }, null, 2);
        process.stdout.write(options.json ? `${all}\n` : releasesText(look));
      });
    });
}
