import { Command } from 'commander';
import type { Settings } from '../../../app/src/settings/table.js';
import { type Backup, backUp } from '../backup/backup.js';
import { filesElsewhere } from '../backup/sources.js';
import { interruption } from '../interruption.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';

/** `hermes backup`: everything that an installation cannot make anew, in one archive. The stack goes on. */
export function backupVerb(): Command {
  return new Command('backup')
    .description('write settings, certificates, ACME accounts and history into one archive')
    .option('--to <file>', 'file to write, or a folder; make: TO=')
    .option('--force', 'replace a file that is there; make: FORCE=1')
    .action(async (options) => {
      const project = projectAt();
      const loaded = operatorSettings(project);
      const made = await backUp(project, loaded, {
        to: options.to,
        force: Boolean(options.force),
        signal: interruption('interrupted; nothing was kept'),
        now: new Date(),
        say: (line) => void process.stderr.write(`${line}\n`),
      });
      process.stdout.write(`${made.file}\n`);
      for (const line of notes(made, loaded.settings)) process.stderr.write(`  ${line}\n`);
    });
}

function notes({ bytes, parts, documents, leftOut }: Backup, settings: Settings): string[] {
  const elsewhere = filesElsewhere(settings);
  return [
    `${(bytes / 1_048_576).toFixed(1)} MiB: ${parts.join(', ')}${documents === undefined ? '' : ` (${documents} documents)`}`,
    'It holds private keys and secrets: only you can read it, keep it so.',
    ...(leftOut.length > 0 ? [`Not in it are views and time series: ${leftOut.join(', ')}`] : []),
    ...(elsewhere.length > 0 ? [`Not in it are the files that ${elsewhere.join(', ')} name.`] : []),
  ];
}
