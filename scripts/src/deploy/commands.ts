import { quoted } from '../remote/quoted.js';
import type { Prune } from './prune.js';
import type { Release } from './release.js';
import { appProject, appService, releaseFolder, sitePaths } from './site.js';
import { type ComposeModel, followedName, gate, gateProxy } from './split-model.js';

/*
 * What is done on the host that is deployed to, as scripts of `sh`: plain commands of docker and of every Debian. Each may
 * be run again, whatever became of it before.
 */

type Where = Pick<Release, 'id' | 'project'>;

/** @param file of the release's two models */
const compose = (root: string, id: string, file: 'site' | 'app') =>
  `docker compose -f ${quoted(`${releaseFolder(root, id)}/${file}.json`)}`;

const program = 'dist/scripts/src/deploy/inside';

/** Waits for whatever of an earlier step still runs, and holds that place itself. */
export const alone = (root: string, script: string): string =>
  `umask 022
exec 8>>${quoted(sitePaths(root).step)}
flock -w 300 8 || { echo 'a step of an earlier deploy still runs there' >&2; exit 1; }
${script}`;

/** What the very nginx that will serve says of itself, and how many descriptors it may open. */
export const askNginx = (image: string): string => `
name=$(docker run --rm --network none --entrypoint sed ${quoted(image)} -n 's/^ *image: *\\(nginx:.*\\)/\\1/p' compose/proxy-nginx.yaml)
docker run --rm --network none --entrypoint sh "$name" -c 'ulimit -Hn; exec nginx -V' 2>&1`;

/** Makes what is in the folder of a release, as the user who deploys. */
export function prepare(root: string, id: string, image: string, user: { uid: number; gid: number }): string {
  // Root's certificates and secrets are given to the group of the containers.
  const capabilities = user.uid === 0 ? '--cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER' : '';
  return `docker run --rm --network none --read-only --tmpfs /tmp --cap-drop ALL ${capabilities} \\
  --security-opt no-new-privileges:true --user ${user.uid}:${user.gid} \\
  --volume ${quoted(`${root}:${root}`)} --env ${quoted(`HERMES_PROJECT=${root}`)} ${quoted(image)} \\
  ${program}/prepare.js ${quoted(releaseFolder(root, id))}`;
}

/** Prints the model of the whole stack. */
export const model = ({ files, variables }: Pick<Release, 'files' | 'variables'>): string =>
  `docker compose ${files.map((file) => `-f ${quoted(file)}`).join(' ')} --env-file ${quoted(variables)} config --format json`;

/** Starts the servers that keep data, unless they run, and the new app beside the old one; waits until it is ready. */
export function start(root: string, release: Where & Pick<Release, 'backing'>, app: ComposeModel): string {
  const { id, project, backing } = release;
  const label = (kind: string, key: string) =>
    `--label com.docker.compose.project=${project} --label com.docker.compose.${kind}=${key}`;
  const made = (kind: 'network' | 'volume', all: ComposeModel['networks'] = {}) =>
    Object.entries(all).map(
      ([key, { name }]) =>
        `docker ${kind} inspect ${name} >/dev/null 2>&1 || docker ${kind} create ${label(kind, key)} ${name} >/dev/null`,
    );
  const site = compose(root, id, 'site');
  return [
    `${site} up --no-start --no-recreate --quiet-pull`,
    ...made('network', app.networks),
    ...made('volume', app.volumes),
    ...(backing.length > 0 ? [`${site} up -d --wait --no-deps --no-recreate ${backing.join(' ')}`] : []),
    `${compose(root, id, 'app')} up -d --wait --wait-timeout 240`,
  ].join('\n');
}

/** @param idle a socket has to survive a long silence, too */
const use = (root: string, id: string, idle: boolean, ...words: string[]) =>
  `${compose(root, id, 'site')} run --rm --no-deps -T ${idle ? '--env HERMES_CANARY_IDLE=1 ' : ''}${gate} ${program}/canary.js ${words.join(' ')} 2>&1`;

/** Uses each new instance as clients do. */
export const useInstances = (root: string, { id }: Where): string =>
  use(root, id, false, 'instances', appService(id));

/** Uses the new release by a proxy with the new configuration that nobody else reaches. */
export const useThroughGate = (
  root: string,
  { id, proxyPort }: Where & Pick<Release, 'proxyPort'>,
  idle: boolean,
): string => `
${compose(root, id, 'site')} up -d --no-deps --force-recreate ${gateProxy}
${use(root, id, idle, 'through', `${gateProxy}:${proxyPort}`)}
${removeGate(root, { id })}`;

/** Uses the site as clients do, until the new release has all that comes. */
export const useSwitched = (
  root: string,
  { id, proxyPort }: Where & Pick<Release, 'proxyPort'>,
  old: string | undefined,
): string =>
  use(root, id, false, 'switched', `proxy:${proxyPort}`, appService(id), old ? appService(old) : '');

export const removeGate = (root: string, { id }: Pick<Release, 'id'>): string =>
  `[ ! -e ${quoted(`${releaseFolder(root, id)}/site.json`)} ] || ${compose(root, id, 'site')} rm --stop --force ${gateProxy} ${gate}`;

/**
 * Leads what comes from now on to a release; sockets that are open stay where they are.
 * @param running whether a proxy of the same kind runs, to be told
 */
export function lead(
  root: string,
  { id, project, proxy }: Where & Pick<Release, 'proxy'>,
  running: boolean,
): string {
  const folder = `${sitePaths(root).proxy}/${proxy}`;
  const one = `proxy=$(docker ps --quiet --filter label=com.docker.compose.project=${project} --filter label=com.docker.compose.service=proxy)`;
  return `cd ${quoted(folder)}\n${running ? one : 'proxy='}\n${proxy === 'nginx' ? leadNginx(id) : leadTraefik(root, id)}`;
}

/** The signal is sent from inside, for the reason that is at `reloadNginx`. */
const leadNginx = (id: string) => `
[ -z "$proxy" ] || docker exec "$proxy" nginx -e stderr -p /run/hermes -c /etc/hermes/nginx/${id}/nginx.conf -t
ln -sfn ${id} current.new
mv -T current.new current
[ -z "$proxy" ] || docker exec "$proxy" sh -c 'kill -HUP 1'`;

/** Certificates last, and always, so that a new one is read. Its static file is read at the start alone. */
const leadTraefik = (root: string, id: string) => `
from=${quoted(`${releaseFolder(root, id)}/traefik`)}
put() { cp "$1" "$2.new"; chmod 644 "$2.new"; mv -f "$2.new" "$2"; }
for one in "$from"/dynamic/*.yaml; do
  name=dynamic/$(basename "$one")
  [ "$name" = dynamic/certificates.yaml ] || cmp -s "$one" "$name" || put "$one" "$name"
done
put "$from/dynamic/certificates.yaml" dynamic/certificates.yaml
printf '%s\\n' ${appService(id)} > dynamic/upstream.new
chmod 644 dynamic/upstream.new
mv -f dynamic/upstream.new dynamic/${followedName.split('/').at(-1)}
if ! cmp -s "$from/traefik.yaml" traefik.yaml; then
  put "$from/traefik.yaml" traefik.yaml
  [ -z "$proxy" ] || docker restart "$proxy"
fi`;

/** Starts what obtains certificates of a CA, and waits for one that can be served, or for why there is none. */
export const obtainCertificate = (root: string, { id }: Where): string => `
since=$(date +%s)
${compose(root, id, 'site')} up -d --no-deps proxy certbot
${compose(root, id, 'site')} exec -T certbot node ${program}/await-certificate.js "$since"`;

/** Brings everything but the app to what a release says; what has not changed is left alone. */
export const siteUp = (root: string, { id }: Where): string =>
  `${compose(root, id, 'site')} up -d --wait --wait-timeout 240 --remove-orphans`;

/** Has a release send its sockets away in its pace, and waits for its end. */
export const stop = ({ project, id }: Where): string => `docker compose -p ${appProject(project, id)} stop`;

export const removeApp = ({ project, id }: Where): string =>
  `docker compose -p ${appProject(project, id)} down --remove-orphans`;

/** All of it; volumes stay. */
export const removeSite = ({ id, project }: Where): string =>
  `${removeApp({ id, project })}\ndocker compose -p ${project} down --remove-orphans`;

export const removeFolder = (root: string, { id }: Where): string => {
  const { proxy } = sitePaths(root);
  return `rm -rf ${quoted(releaseFolder(root, id))} ${quoted(`${proxy}/nginx/${id}`)}`;
};

/** An image that something else still runs stays. */
export const prune = (root: string, { releases, images }: Prune): string =>
  [
    ...releases.map((one) => removeFolder(root, one)),
    ...images.map((one) => `docker image rm ${quoted(one)} >/dev/null 2>&1 || true`),
  ].join('\n') || 'true';

/** Writes down, to last, what is about to be done. @param journal undefined when nothing is any more */
export function journal(root: string, journal: object | undefined): string {
  const path = quoted(sitePaths(root).journal);
  if (!journal) return `rm -f ${path}; sync ${quoted(root)}`;
  return `printf '%s\\n' ${quoted(JSON.stringify(journal))} > ${path}.new; sync ${path}.new; mv -f ${path}.new ${path}; sync ${quoted(root)}`;
}

export const audit = (root: string, entry: object): string =>
  `(umask 077; printf '%s\\n' ${quoted(JSON.stringify(entry))} >> ${quoted(sitePaths(root).audit)})`;

/** The release serves: links, settings, and what a next deploy begins from. */
export function record(root: string, id: string, from: string | undefined, settings: boolean): string {
  const link = (name: string, to: string) => {
    const path = quoted(`${root}/${name}`);
    return `ln -sfn releases/${to} ${path}.new; mv -T ${path}.new ${path}`;
  };
  const env = quoted(`${root}/.env`);
  return [
    ...(from && from !== id ? [link('previous', from)] : []),
    link('current', id),
    ...(settings
      ? [`(umask 077; cp ${quoted(`${releaseFolder(root, id)}/.env`)} ${env}.new); mv -f ${env}.new ${env}`]
      : []),
    `touch ${quoted(`${releaseFolder(root, id)}/served`)}`,
  ].join('\n');
}

/** What a failed step has to say for itself: the last lines of the new app and of the gate. */
export const lastLogs = ({ id, project }: Where): string => `
docker compose -p ${appProject(project, id)} logs --no-color --no-log-prefix --tail 8 2>&1 || true
docker compose -p ${project} logs --no-color --tail 5 ${gateProxy} 2>/dev/null || true`;
