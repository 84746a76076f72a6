import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { tearDown as tearDownContainers } from '../containers/stop.js';
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
    const stopAll = async () => [await tearDownContainers(project), await tearDown(project)].some(Boolean);
    const stopped = await exclusively(project, stopAll, { say });
    process.stdout.write(stopped ? 'Monitor Hermes is down.\n' : nothing);
  });
}
