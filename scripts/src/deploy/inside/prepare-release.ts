import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { loadSettings } from '../../../../app/src/settings/load.js';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import type { Settings } from '../../../../app/src/settings/table.js';
import { nginxPlace } from '../../containers/configure-nginx.js';
import { traefikPlace } from '../../containers/configure-traefik.js';
import { containerGroup } from '../../containers/group.js';
import { inside } from '../../containers/inside.js';
import { type ContainerPlan, planContainers } from '../../containers/plan.js';
import { renewalUser } from '../../containers/renewal-access.js';
import { writePlan } from '../../containers/write-plan.js';
import { makeEnvFile } from '../../env-file/generate.js';
import type { Project } from '../../project.js';
import { parseNginxVersion, renderNginx } from '../../render/nginx.js';
import { renderTraefik } from '../../render/traefik.js';
import { ensureCertificate } from '../../stack/certificate.js';
import { assertDeployable, firstSettings } from '../deployable.js';
import { mergeEnv } from '../env-merge.js';
import type { Release, ReleaseRequest } from '../release.js';
import { siblingsOf } from '../siblings.js';
import { appService, releaseFolder, type SitePaths, sitePaths } from '../site.js';
import { assertFilesWithin } from './named-files.js';

/** Files of the kit that containers of the site may have mounted. */
const mounted = (): string[] => [
  'nginx/mask.sed',
  ...readdirSync(join(projectRoot, 'compose'))
    .filter((name) => !name.endsWith('.yaml'))
    .map((name) => `compose/${name}`),
];

/** Makes all that a release consists of in its folder, and what it shares with the others beside that. */
export async function prepareRelease(request: ReleaseRequest): Promise<Release> {
  const { root, id, image } = request;
  const site = sitePaths(root);
  const folder = releaseFolder(root, id);
  if (await makeEnvFile(site.envFile)) {
    const text = mergeEnv(readFileSync(site.envFile, 'utf8'), firstSettings);
    writeFileSync(site.envFile, text, { mode: 0o600 });
  }
  writeFileSync(join(folder, '.env'), mergeEnv(readFileSync(site.envFile, 'utf8'), request.given), {
    mode: 0o600,
  });
  const loaded = loadSettings({ folder, environment: {} });
  const settings: Settings = { ...loaded.settings, ENGINE: 'docker' };
  const project = projectOf(site, folder);
  assertDeployable({ ...loaded, settings });
  assertFilesWithin(site.root, settings);
  if (settings.TLS !== 'off' && settings.TLS !== 'letsencrypt') await ensureCertificate(project, settings);
  for (const part of ['compose', 'nginx/mask.sed'])
    cpSync(join(projectRoot, part), join(folder, 'kit', part), { recursive: true });
  const plan = planOf(site, project, { ...loaded, settings }, { ...request, folder });
  const gid = containerGroup();
  writePlan(project, plan, gid);
  writePlan(project, { ...plan, paths: { ...plan.paths, secrets: site.secrets } }, gid);
  const { liveFolder, gateFolder } = render(site, settings, request, folder);
  return {
    id,
    image,
    images: siblingsOf(image, settings),
    project: plan.name,
    proxy: settings.PROXY,
    tls: settings.TLS,
    domain: settings.DOMAIN[0] ?? 'localhost',
    backing: settings.SERVICES ?? [],
    httpsPort: settings.TLS === 'off' ? settings.HTTP_PORT : settings.HTTPS_PORT,
    drainSeconds: settings.DRAIN_SECONDS,
    checksum: createHash('sha256')
      .update(JSON.stringify([plan.app, plan.variables]))
      .digest('hex')
      .slice(0, 16),
    proxyPort: settings.TLS === 'off' ? inside.ports.http : inside.ports.https,
    lasting: lastingFiles(site, folder),
    gateFolders: { [liveFolder]: gateFolder },
    files: plan.files,
    variables: plan.paths.variables,
    madeAt: new Date().toISOString(),
    madeBy: request.by,
  };
}

/** Certificates are the site's, the rest is the release's. */
function projectOf(site: SitePaths, folder: string): Project {
  return {
    root: site.root,
    envFile: join(folder, '.env'),
    certs: join(site.root, 'certs'),
    state: folder,
    run: join(folder, 'run'),
    logs: join(folder, 'logs'),
    build: join(folder, 'build'),
  };
}

function planOf(
  site: SitePaths,
  project: Project,
  loaded: Parameters<typeof planContainers>[1],
  { folder, image }: { readonly folder: string; readonly image: string },
): ContainerPlan {
  const compose = join(folder, 'kit/compose');
  const plan = planContainers(project, loaded, {
    compose,
    image,
    gid: containerGroup(),
    owner: renewalUser(),
  });
  const proxy = { nginx: join(site.proxy, 'nginx'), traefik: join(site.proxy, 'traefik') };
  const { HERMES_NGINX, HERMES_TRAEFIK, HERMES_CHALLENGES } = plan.variables;
  return {
    ...plan,
    paths: { ...plan.paths, ...proxy, watch: site.watch, challenges: site.challenges },
    variables: {
      ...plan.variables,
      HERMES_WATCH: site.watch,
      ...(HERMES_NGINX && { HERMES_NGINX: proxy.nginx }),
      ...(HERMES_TRAEFIK && { HERMES_TRAEFIK: proxy.traefik }),
      ...(HERMES_CHALLENGES && { HERMES_CHALLENGES: site.challenges }),
    },
  };
}

/** Where the proxy reads, and where the one of the gate does. */
function render(site: SitePaths, settings: Settings, { id, nginx }: ReleaseRequest, folder: string) {
  const upstreams = [`${appService(id)}:${inside.ports.app}`];
  const live = join(site.proxy, settings.PROXY);
  const gateFolder = join(folder, 'gate', settings.PROXY);
  mkdirSync(live, { recursive: true, mode: 0o755 });
  if (settings.PROXY === 'nginx') {
    const limit = Number(/^\d+$/m.exec(nginx)?.[0]);
    const found = { ...parseNginxVersion(nginx), ...(limit > 0 && { descriptorLimit: limit }) };
    const place = { ...nginxPlace(settings, found), upstreams };
    renderNginx(settings, place, join(live, id));
    renderNginx(settings, place, join(gateFolder, 'current'));
  } else {
    renderTraefik(settings, traefikPlace(settings), join(folder, 'traefik'));
    renderTraefik(settings, { ...traefikPlace(settings), upstreams }, gateFolder);
    const changing = join(live, 'dynamic');
    mkdirSync(changing, { recursive: true });
    // Whoever follows the app, and whoever renews, writes there.
    chownSync(changing, process.getuid?.() ?? -1, containerGroup());
    chmodSync(changing, 0o775);
  }
  return { liveFolder: live, gateFolder };
}

/** Puts them where they outlive releases. @returns their place by the one in the release */
function lastingFiles(site: SitePaths, folder: string): Record<string, string> {
  mkdirSync(site.files, { recursive: true, mode: 0o755 });
  return Object.fromEntries(
    mounted().map((name) => {
      const content = readFileSync(join(projectRoot, name));
      const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
      const path = join(site.files, `${digest}-${basename(name)}`);
      if (!existsSync(path)) writeFileSync(path, content, { mode: 0o644 });
      return [join(folder, 'kit', name), path];
    }),
  );
}
