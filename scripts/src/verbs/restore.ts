import { Command } from 'commander';
import { restore } from '../backup/restore.js';
import { interruption } from '../interruption.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';

/** `hermes restore`: puts back what a backup holds, all of it or nothing. */
export function restoreVerb(): Command {
  return new Command('restore')
    .description('put back what a backup holds, all of it or nothing')
    .option('--from <file>', 'the backup; required; make: FROM=')
    .option('--force', 'replace what is there; make: FORCE=1')
    .option('--running', 'although the stack runs; not with embedded data; make: RUNNING=1')
    .action(async (options, command: Command) => {
      if (!options.from) command.error('error: which backup? Give --from <file> (make: FROM=file)');
      const project = projectAt();
      const { createdAt, parts } = await restore(project, {
        from: options.from,
        force: Boolean(options.force),
        running: Boolean(options.running),
        signal: interruption('interrupted; everything is as it was'),
        settingsFrom: (root) => operatorSettings({ ...project, root }),
        say: (line) => void process.stderr.write(`${line}\n`),
      });
      process.stdout.write(`Restored from the backup of ${createdAt}: ${parts.join(', ')}.\n  → make up\n`);
    });
}
