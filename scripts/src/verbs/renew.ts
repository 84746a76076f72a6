import { Command } from 'commander';
import { renewalOnlyInside, renewThere } from '../containers/renewal-service.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { renewNow } from '../renewal/renew.js';
import { wireText } from '../stack/certificate-report.js';
import { givenForRenewal, inEffectFor, isInContainers } from '../stack/in-effect.js';
import { removeServedCopy } from '../stack/workers.js';

/** `hermes renew`: renews what is due, installs it, and compares what is served with it. No socket is closed. */
export function renewVerb(): Command {
  return new Command('renew')
    .description('renew what is due, install it, and verify it on the wire')
    .option('--force', 'renew what is not due, too; make: FORCE=1')
    .option('--new-key', 'with a new private key; make: NEW_KEY=1')
    .action(async (options) => {
      const project = projectAt();
      const loaded = operatorSettings(project);
      const { settings, running } = inEffectFor(project, loaded);
      if (settings.TLS === 'off') {
        process.stdout.write('TLS=off: there is no certificate to renew.\n');
        return;
      }
      const service = isInContainers(running) ? renewalOnlyInside(settings) : undefined;
      if (isInContainers(running) && service) {
        const flags = [options.force && '--force', options.newKey && '--new-key'].filter(Boolean);
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
