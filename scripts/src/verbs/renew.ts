import { Command } from 'commander';
import { execa } from 'execa';
import { renewalOnlyInside, renewThere } from '../containers/renewal-service.js';
import { renewCommand } from '../deploy/renew-command.js';
import { withHost } from '../deploy/site-options.js';
import { withSite } from '../deploy/with-site.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { renewNow } from '../renewal/renew.js';
import { wireText } from '../stack/certificate-report.js';
import { givenForRenewal, inEffectFor, isInContainers } from '../stack/in-effect.js';
import { removeServedCopy } from '../stack/workers.js';

/** `hermes renew`: renews what is due, installs it, and compares what is served with it. No socket is closed. */
export function renewVerb(): Command {
  return withHost(new Command('renew'))
    .description('renew what is due, install it, and verify it on the wire')
    .option('--force', 'renew what is not due, too; make: FORCE=1')
    .option('--new-key', 'with a new private key; make: NEW_KEY=1')
    .action(async (options) => {
      const flags = [options.force && '--force', options.newKey && '--new-key'].filter(Boolean);
      if (options.host) {
        process.exitCode = await renewAt(options.host, flags);
        return;
      }
      const project = projectAt();
      const loaded = operatorSettings(project);
      const { settings, running } = inEffectFor(project, loaded);
      if (settings.TLS === 'off') {
        process.stdout.write('TLS=off: there is no certificate to renew.\n');
        return;
      }
      const service = isInContainers(running) ? renewalOnlyInside(settings) : undefined;
      if (isInContainers(running) && service) {
        process.exitCode = await renewThere(running, service, flags, givenForRenewal(loaded));
        return;
      }
      const { outcome, wire } = await renewNow(project, settings, running, {
        ask: true,
        force: Boolean(options.force || options.newKey),
        newKey: Boolean(options.newKey),
        say: (line) => void process.stderr.write(`${line}\n`),
      });
      process.stdout.write(`${outcome}\n`);
      if (running) process.stdout.write(`${wireText(wire)}\n`);
      else removeServedCopy(project.root);
    });
}

/** The same on a host that was deployed to. @returns its exit code */
function renewAt(host: string, flags: readonly string[]): Promise<number> {
  return withSite(host, async (look, remote) => {
    const output = { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' } as const;
    const line = renewCommand(look, flags);
    return (await execa('ssh', remote.arguments(line), { ...output, reject: false })).exitCode ?? 1;
  });
}
