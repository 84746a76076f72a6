import { Command } from 'commander';
import { projectAt } from '../project.js';
import { bringUp } from '../stack/bring-up.js';
import { welcome } from '../stack/welcome.js';

/** `hermes up`: from a fresh clone to a `wss://` that answers. Again: changes only what has to change. */
export function upVerb(): Command {
  return new Command('up')
    .description('start the stack in the background, and wait until wss answers')
    .action(async () => {
      const project = projectAt();
      process.stdout.write(welcome(project, await bringUp(project)));
    });
}
