import { quoted } from '../remote/quoted.js';
import type { Look } from './look.js';
import { servingRelease } from './serving.js';
import { appProject, releaseFolder } from './site.js';

/** The line that shows the logs of a site and of the app that serves, on its host, until its input ends. */
export function logsCommand(look: Look, lines: string, follow: boolean): string {
  const { project, id } = servingRelease(look);
  const words = `logs --no-color --tail ${lines}${follow ? ' --follow' : ''}`;
  const folder = quoted(releaseFolder(look.root, id));
  const site = `docker compose -p ${project} -f ${folder}/site.json ${words}`;
  const app = `docker compose -p ${appProject(project, id)} -f ${folder}/app.json ${words}`;
  // `docker compose logs` notices that nobody reads any more when there is a line to write: our end of input ends both.
  const until = '{ cat <&3 >/dev/null 2>&1; kill 0; } &';
  return `exec sh -c ${quoted(`exec 3<&0 2>&1; ${until} ${app} & first=$!; ${site} & wait $! $first`)}`;
}
