import { HermesError } from '../../../app/src/errors.js';
import { quoted } from '../remote/quoted.js';
import type { Look } from './look.js';
import { appProject, releaseFolder } from './site.js';

/** The line that shows the logs of a site and of the app that serves, on its host. */
export function logsCommand({ root, current, releases }: Look, lines: string, follow: boolean): string {
  const release = releases.find(({ id }) => id === current);
  if (!release)
    throw new HermesError(
      'nothing-deployed',
      'nothing was deployed there yet',
      'begin with: make deploy HOST=…',
    );
  const { project, id } = release;
  const words = `logs --no-color --tail ${lines}${follow ? ' --follow' : ''}`;
  const folder = quoted(releaseFolder(root, id));
  const site = `docker compose -p ${project} -f ${folder}/site.json ${words}`;
  const app = `docker compose -p ${appProject(project, id)} -f ${folder}/app.json ${words}`;
  // Both end with the connection.
  return `{ ${app} & ${site}; wait; } 2>&1`;
}
