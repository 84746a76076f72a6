import { Command } from 'commander';
import { exitCode } from '../exit-code.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { readStatus, statusText } from '../stack/status.js';

/** `hermes status`: what runs, whether it is ready, and how long its certificate lasts. Exit 1 when it is not well. */
export function statusVerb(): Command {
  return new Command('status')
    .description('show what runs, and the days left of its certificate')
    .option('--json', 'as JSON; make: JSON=1')
    .action(async (options) => {
      const project = projectAt();
      const status = await readStatus(project, operatorSettings(project).settings);
      process.stdout.write(options.json ? `${JSON.stringify(status, null, 2)}\n` : statusText(status));
      if (!status.ready || !status.supervised) process.exitCode = exitCode.failure;
    });
}
