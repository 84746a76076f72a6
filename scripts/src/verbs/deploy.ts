import { Command } from 'commander';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { changeRelease } from '../deploy/change-release.js';
import { changeText } from '../deploy/change-text.js';
import { forHost } from '../deploy/deployable.js';
import { wantedImage } from '../deploy/image.js';
import { givenSettings, siteOptions, withHost } from '../deploy/site-options.js';
import { interruption } from '../interruption.js';
import { releaseByOptions } from '../swarm/by-options.js';
import { isForSwarm } from '../swarm/with-engine.js';

/** `hermes deploy`: a new release on a host, without a lost message. */
export function deployVerb(): Command {
  return withHost(new Command('deploy'))
    .description(
      'bring a new release to a host by ssh; no client loses a message, and what fails changes nothing',
    )
    .option('--ref <revision>', 'revision of git, instead of the checkout as it is; make: REF=')
    .option('--image <name>', 'image that was built already; make: IMAGE=')
    .option('--canary <kind>', 'full: it stays idle past the proxy’s limit, too; make: CANARY=', 'short')
    .option('--dry-run', 'look, and print what would be done; make: DRY_RUN=1')
    .action(async (options) => {
      if (isForSwarm()) return releaseByOptions(options);
      const site = siteOptions(options.host);
      const given = forHost(givenSettings());
      const wanted = await wantedImage(projectRoot, options);
      const interrupted = interruption('interrupted');
      const request = {
        ...site,
        deploy: { wanted, given, registry: site.registry },
        full: options.canary === 'full',
        dryRun: Boolean(options.dryRun),
      };
      const change = await changeRelease(request, interrupted);
      process.stdout.write(change.text ?? changeText(change));
    });
}
