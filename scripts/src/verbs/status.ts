import { Command } from 'commander';
import { withHost } from '../deploy/site-options.js';
import { isSiteWell, siteStatusText } from '../deploy/status-text.js';
import { withSite } from '../deploy/with-site.js';
import { exitCode } from '../exit-code.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { readStatus, statusText } from '../stack/status.js';
import { tellSwarmStatus } from '../swarm/look.js';
import { isForSwarm } from '../swarm/with-engine.js';

/** `hermes status`: what runs, whether it is ready, and how long its certificate lasts. Exit 1 when it is not well. */
export function statusVerb(): Command {
  return withHost(new Command('status'))
    .description('show what runs, and the days left of its certificate')
    .option('--json', 'as JSON; make: JSON=1')
    .action(async (options) => {
      if (isForSwarm()) return tellSwarmStatus(options);
      if (options.host) return ofHost(options);
      const project = projectAt();
      const status = await readStatus(project, operatorSettings(project).settings);
      process.stdout.write(options.json ? `${JSON.stringify(status, null, 2)}\n` : statusText(status));
      if (!status.ready || !status.supervised) process.exitCode = exitCode.failure;
    });
}

function ofHost({ host, json }: { readonly host: string; readonly json?: boolean }): Promise<void> {
  return withSite(host, (look) => {
    const { current, previous, containers, certificates, journal } = look;
    const all = { ready: isSiteWell(look), current, previous, containers, certificates, journal };
    process.stdout.write(json ? `${JSON.stringify(all, null, 2)}\n` : siteStatusText(look));
    if (!all.ready) process.exitCode = exitCode.failure;
  });
}
