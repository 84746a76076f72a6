import { Command } from 'commander';
import { interruption } from '../interruption.js';
import { projectAt } from '../project.js';
import { bringUp } from '../stack/bring-up.js';
import { exclusively } from '../stack/lock.js';
import { welcome } from '../stack/welcome.js';

/** `hermes up`: from a fresh clone to a `wss://` that answers. Again: changes only what has to change. */
export function upVerb(): Command {
  return new Command('up')
    .description('start the stack in the background, and wait until wss answers')
    .action(async () => {
      const project = projectAt();
      const signal = interruption('interrupted; what was started is stopped again');
      const say = (line: string) => void process.stderr.write(`${line}\n`);
      const up = await exclusively(project, () => bringUp(project, signal), { say });
      process.stdout.write(welcome(project, up));
    });
}
