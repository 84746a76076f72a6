import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { compose } from '../containers/compose.js';
import { readContainers } from '../containers/state.js';
import { logsCommand } from '../deploy/logs-command.js';
import { withHost } from '../deploy/site-options.js';
import { withSite } from '../deploy/with-site.js';
import { projectAt } from '../project.js';
import { tellSwarmLogs } from '../swarm/look.js';
import { isForSwarm } from '../swarm/with-engine.js';

/** `hermes logs`: the last lines of every log, then what is added. */
export function logsVerb(): Command {
  return withHost(new Command('logs'))
    .description('follow the logs')
    .option('--no-follow', 'print the last lines only; make: FOLLOW=0')
    .option('--lines <count>', 'lines of each log to begin with', count, '50')
    .action(async (options) => {
      if (isForSwarm()) return tellSwarmLogs(options);
      if (options.host) {
        await withSite(options.host, async (look, remote) => {
          const line = logsCommand(look, options.lines, options.follow);
          // An input of nothing, which ends with this process.
          const output = { stdin: 'pipe', stdout: 'inherit', stderr: 'inherit' } as const;
          await execa('ssh', remote.arguments(line), { ...output, reject: false });
        });
        return;
      }
      const project = projectAt();
      const containers = readContainers(project);
      if (containers) {
        const follow = options.follow ? ['--follow'] : [];
        await compose(containers, ['logs', '--tail', options.lines, ...follow], { stdio: 'inherit' });
        return;
      }
      const { logs } = project;
      const files = logFiles(logs);
      if (files.length === 0)
        throw new HermesError('no-logs', 'there are no logs yet', 'run `make up` first');
      const follow = options.follow ? ['-F'] : [];
      await execa('tail', ['-n', options.lines, ...follow, ...files], { stdio: 'inherit', reject: false });
    });
}

function logFiles(folder: string): string[] {
  try {
    // Older logs begin with a date, or have a number after another dot.
    return readdirSync(folder)
      .filter((name) => /^[a-z][a-z0-9-]*\.log$/.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function count(text: string): string {
  if (/^\d+$/.test(text)) return text;
  throw new InvalidArgumentError('Give a number of lines, such as 50.');
}
