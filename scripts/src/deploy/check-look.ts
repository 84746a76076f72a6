import { HermesError } from '../../../app/src/errors.js';
import type { Loaded } from '../../../app/src/settings/load.js';
import { oldestCompose, oldestEngine } from '../containers/docker.js';
import { atLeast } from '../render/version.js';
import { assertDeployable } from './deployable.js';
import type { Look } from './look.js';

/** MiB that a release takes at most: images, and containers that write. */
const needed = 1_024;
/** Seconds of difference between two clocks that nobody worries about. */
const clockSlack = 30;

/**
 * Refuses a host that a release cannot be brought to. Nothing has been touched yet.
 * @throws HermesError that names what is wrong
 */
export function checkLook(look: Look, loaded: Loaded): void {
  for (const check of checksOf(look, loaded)) check();
}

/** Each of what is checked, in this order; a check throws for what it finds. */
export function checksOf(look: Look, loaded: Loaded): (() => void)[] {
  return [
    () => checkEngine(look),
    () => checkRoom(look),
    () => checkMode(look),
    () => assertDeployable(look.env === undefined ? withSecrets(loaded) : loaded),
    () => checkName(look, loaded.settings.COMPOSE_PROJECT),
    ...(look.current ? [] : [() => checkPorts(look, loaded)]),
  ];
}

function checkMode({ root, env, envMode }: Look): void {
  if (env === undefined || /^[0-7]?[0-7]00$/.test(envMode)) return;
  throw new HermesError(
    'env-readable',
    `${root}/.env may be read by others than its owner (mode ${envMode})`,
    `it holds secrets: chmod 600 ${root}/.env`,
  );
}

function checkEngine({ engine, compose, user }: Look): void {
  if (/permission denied/i.test(engine))
    throw new HermesError(
      'engine-denied',
      `${user.name} may not use the Docker engine there`,
      `as root there: usermod --append --groups docker ${user.name}`,
    );
  if (!/^\d+\./.test(engine))
    throw new HermesError(
      'engine-away',
      `no Docker engine answers there: ${engine.split('\n').at(-1) || 'there is no docker'}`,
      'install or start it; docs/how-to/deploy.md says how',
    );
  if (!atLeast(engine.replace(/[^\d.].*$/, ''), oldestEngine))
    throw new HermesError(
      'engine-old',
      `Docker Engine is ${engine} there, but ${oldestEngine} is the oldest that will do`,
      'install a newer one',
    );
  const version = /\d+\.\d+\.\d+/.exec(compose)?.[0];
  if (!version)
    throw new HermesError(
      'compose-missing',
      '`docker compose` is missing there',
      'install the Compose plugin',
    );
  if (!atLeast(version, oldestCompose))
    throw new HermesError(
      'compose-old',
      `Docker Compose is ${version} there, but ${oldestCompose} is the oldest that will do`,
      'install a newer one',
    );
}

function checkRoom({ free, writable, root, user }: Look): void {
  if (!writable)
    throw new HermesError(
      'root-not-writable',
      `${user.name} may not write in ${root} there`,
      'set DEPLOY_PATH, or give that folder to the user',
    );
  const least = Math.min(...[free.root, free.engine].filter((one) => one !== undefined));
  if (least >= needed) return;
  throw new HermesError(
    'disk-full',
    `the disk there is nearly full: ${least} MiB are left, and a release takes up to ${needed}`,
    'make room there; `docker system df` shows what images and volumes take',
  );
}

function checkName({ projects, root }: Look, project: string): void {
  const other = projects.find(({ name, folder }) => name === project && folder !== root);
  if (!other) return;
  throw new HermesError(
    'name-taken',
    `the Compose project ${project} is ${other.folder ? `that of the stack in ${other.folder}` : 'not one of Hermes'} there`,
    'give this one another name: COMPOSE_PROJECT=…',
  );
}

function checkPorts({ listening, containers }: Look, { settings }: Loaded): void {
  // What a first deploy that was killed has left is put in order before anything is started.
  if (containers.length > 0) return;
  const { HTTP_PORT, HTTPS_PORT, TLS } = settings;
  const taken = [HTTP_PORT, ...(TLS === 'off' ? [] : [HTTPS_PORT])].filter((port) => listening.has(port));
  if (taken.length === 0) return;
  throw new HermesError(
    'port-in-use',
    `port ${taken.join(' and ')} is in use there by something else`,
    'stop that, or choose others: HTTP_PORT=… HTTPS_PORT=…',
  );
}

/** What the operator should know, a line each. */
export function warningsOf({
  clockAhead,
  certificates,
}: Pick<Look, 'clockAhead' | 'certificates'>): string[] {
  const clock =
    Math.abs(clockAhead) > clockSlack
      ? [
          `its clock is ${Math.abs(clockAhead)} s ${clockAhead > 0 ? 'ahead of' : 'behind'} ours; tokens expire by it`,
        ]
      : [];
  const ending = certificates
    .filter(({ daysLeft }) => daysLeft < 7)
    .map(({ subject, daysLeft }) => `the certificate of ${subject} has ${daysLeft} days left`);
  return [...clock, ...ending];
}

/** As they will be there: the host makes its own. */
function withSecrets(loaded: Loaded): Loaded {
  const made = {
    JWT_SECRET_KEY: 'made',
    SERVICE_API_KEY: 'made',
    REDIS_PASSWORD: 'made',
    MONGO_PASSWORD: 'made',
    MQTT_PASSWORD: 'made',
  };
  return { ...loaded, raw: { ...loaded.raw, ...made }, settings: { ...loaded.settings, ...made } };
}
