import { Command } from 'commander';
import type { Settings } from '../../../app/src/settings/table.js';
import { bringUp as bringUpContainers } from '../containers/bring-up.js';
import { chooseEngine } from '../containers/choose-engine.js';
import { interruption } from '../interruption.js';
import { quietSettings } from '../operator-settings.js';
import { type Project, projectAt } from '../project.js';
import { bringUp, type Up } from '../stack/bring-up.js';
import { exclusively } from '../stack/lock.js';
import { welcome } from '../stack/welcome.js';

/** `hermes up`: from a fresh clone to a `wss://` that answers. Again: changes only what has to change. */
export function upVerb(): Command {
  return new Command('up')
    .description('start the stack in the background, and wait until wss answers')
    .action(async () => {
      const project = projectAt();
      const interrupted = interruption('interrupted; what was started is stopped again');
      const say = (line: string) => void process.stderr.write(`${line}\n`);
      const up = await exclusively(project, () => bringUpBy(project, interrupted), { say });
      process.stdout.write(welcome(project, up));
    });
}

/** Containers, or processes of this host. */
async function bringUpBy(project: Project, interrupted: AbortSignal): Promise<Up> {
  const engine = await chooseEngine(project, wantedEngine(project));
  return engine === 'docker' ? bringUpContainers(project, interrupted) : bringUp(project, interrupted);
}

/** What is wrong with the settings is told by the step that reads them. */
function wantedEngine(project: Project): Pick<Settings, 'ENGINE'> {
  try {
    return quietSettings(project).settings;
  } catch {
    return { ENGINE: 'native' };
  }
}
