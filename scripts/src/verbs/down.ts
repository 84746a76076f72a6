import { Command } from 'commander';
import { projectAt } from '../project.js';
import { stopStack } from '../stack/stop.js';

/** `hermes down`: stops what `up` started, and waits until it is gone. */
export function downVerb(): Command {
  return new Command('down').description('stop what `up` started').action(async () => {
    const stopped = await stopStack(projectAt());
    process.stdout.write(stopped ? 'Monitor Hermes is down.\n' : 'Nothing was running.\n');
  });
}
