import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { nginxArguments, parseNginxVersion, renderNginx } from '../render/nginx.js';
import type { Place } from '../render/place.js';
import { appSocketsOf, prepareAppSockets } from './app-socket.js';
import { nginxAccessLog, nginxFolder } from './native-layout.js';
import { upstreamsOf } from './replicas.js';
import { ensureWebroot, isValidatedByHttp } from './responder.js';
import { findWorkers, hasIpv6 } from './workers.js';

/**
 * Renders nginx's configuration, once nginx has tested it elsewhere: what runs is not touched by one that is bad.
 * @throws HermesError `nginx-config` with nginx's own complaint
 */
export async function configureNginx(
  project: Project,
  settings: Settings,
  nginx: string,
  pem: string,
): Promise<void> {
  const version = await execa(nginx, ['-V'], { all: true });
  const workers = await findWorkers();
  const sockets = appSocketsOf(project, settings);
  const place: Place = {
    runDirectory: project.run,
    pem,
    accessLog: nginxAccessLog(project),
    upstreams: sockets?.map((path) => `unix:${path}`) ?? upstreamsOf(settings),
    ipv6: hasIpv6(),
    ...(await descriptorLimit()),
    ...(isValidatedByHttp(settings) && { acmeWebroot: await ensureWebroot(project) }),
    ...(workers && { workerUser: workers.user }),
    ...parseNginxVersion(version.all),
  };
  for (const folder of [project.run, project.logs]) mkdirSync(folder, { recursive: true, mode: 0o755 });
  await prepareAppSockets(project, settings);
  const draft = join(project.state, 'nginx.draft');
  rmSync(draft, { recursive: true, force: true });
  renderNginx(settings, place, draft);
  const test = await execa(nginx, [...nginxArguments(place, draft), '-t'], { all: true, reject: false });
  if (!test.failed) {
    rmSync(draft, { recursive: true });
    renderNginx(settings, place, nginxFolder(project));
    return;
  }
  throw new HermesError('nginx-config', `nginx refuses its configuration: ${complaint(test.all)}`);
}

/** The hard limit of this user, which nginx inherits and may not exceed; `unlimited` is none. */
async function descriptorLimit(): Promise<Pick<Place, 'descriptorLimit'>> {
  const limit = Number((await execa('sh', ['-c', 'ulimit -Hn'])).stdout);
  return Number.isFinite(limit) ? { descriptorLimit: limit } : {};
}

function complaint(output: string): string {
  return output.split('\n').find((line) => /\[(emerg|alert|crit)\]/.test(line)) ?? output.trim();
}
