import { Command } from 'commander';
import { masked } from '../../../app/src/settings/load.js';
import type { SettingKey } from '../../../app/src/settings/table.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';

/** `hermes config`: every setting in effect and where it comes from; secrets are masked. */
export function configVerb(): Command {
  return new Command('config')
    .description('print the settings in effect, secrets masked')
    .option('--json', 'as JSON; make: JSON=1')
    .action((options) => {
      const { raw, origin } = operatorSettings(projectAt());
      const rows = (Object.keys(raw) as SettingKey[]).map((key) => ({
        key,
        value: masked(key, raw[key]),
        origin: origin[key],
      }));
      if (options.json) return void process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
      const width = Math.max(...rows.map(({ key }) => key.length));
      const lines = rows.map(
        ({ key, value, origin }) => `${key.padEnd(width)}  ${value || '-'}  (${origin})`,
      );
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}
