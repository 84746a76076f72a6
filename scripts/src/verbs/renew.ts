import { Command } from 'commander';
import { HermesError } from '../../../app/src/errors.js';
import { assertSupported, operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { ensureCertificate } from '../stack/certificate.js';
import { checkServed, wireText } from '../stack/certificate-report.js';
import { inEffect } from '../stack/in-effect.js';
import { removeServedCopy } from '../stack/workers.js';

/** Milliseconds that a server has to take up a new certificate. */
const patience = 5_000;

/** `hermes renew`: renews what is due, installs it, and compares what is served with it. No socket is closed. */
export function renewVerb(): Command {
  return new Command('renew')
    .description('renew what is due, install it, and verify it on the wire')
    .option('--force', 'renew what is not due, too; make: FORCE=1')
    .option('--new-key', 'with a new private key; make: NEW_KEY=1')
    .action(async (options) => {
      const project = projectAt();
      const loaded = operatorSettings(project);
      assertSupported(loaded);
      const { settings, state } = inEffect(project, loaded.settings);
      if (settings.TLS === 'off') {
        process.stdout.write('TLS=off: there is no certificate to renew.\n');
        return;
      }
      const choices = { force: Boolean(options.force || options.newKey), newKey: Boolean(options.newKey) };
      const { outcome } = await ensureCertificate(project, settings, choices);
      process.stdout.write(`${outcome}\n`);
      if (!state) return removeServedCopy(project.root);
      const results = await checkServed(project, settings, patience);
      if (results.some(({ matches }) => !matches)) {
        throw new HermesError('wire-differs', wireText(results), 'see `make logs`; `make up` starts it anew');
      }
      process.stdout.write(`${wireText(results)}\n`);
    });
}
