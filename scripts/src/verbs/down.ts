import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { projectAt } from '../project.js';
import { exclusively } from '../stack/lock.js';
import { tearDown } from '../stack/stop.js';

const nothing = 'Nothing was running.\n';

/** `hermes down`: stops what `up` started, and waits until it is gone. */
export function downVerb(): Command {
  return new Command('down').description('stop what `up` started').action(async () => {
    const project = projectAt();
    if (!existsSync(project.state)) return void process.stdout.write(nothing);
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const stopped = await exclusively(project, () => tearDown(project), { say });
    process.stdout.write(stopped ? 'Monitor Hermes is down.\n' : nothing);
  });
}
