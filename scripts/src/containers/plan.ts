import { createHmac } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { redisUrlOf } from '../../../app/src/redis/address.js';
import type { Loaded } from '../../../app/src/settings/load.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import type { Project } from '../project.js';
import { acmeSecrets } from './acme-secrets.js';
import { appEnvironment, type Secrets, secretsOf } from './app-settings.js';
import { certbotImageOf } from './certbot-image.js';
import { checkReplicas } from './check-replicas.js';
import { chooseFiles } from './choose-files.js';
import { inside } from './inside.js';
import { mosquittoImageOf } from './mosquitto-image.js';

/** What runs in containers: which Compose files, with which variables, settings and secrets. Nothing is done yet. */
export interface ContainerPlan {
  /** Name of the Compose project. */
  readonly name: string;
  /** Compose files, absolute, in their order. */
  readonly files: readonly string[];
  /** Variables of the Compose files. */
  readonly variables: Readonly<Record<string, string>>;
  /** Environment of the app; no secret is in it. */
  readonly app: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
  readonly paths: ContainerPaths;
}

/** Where what the Compose files refer to is written. */
export interface ContainerPaths {
  readonly variables: string;
  readonly app: string;
  readonly secrets: string;
  readonly nginx: string;
  readonly traefik: string;
  /** What the watch has told, kept over restarts. */
  readonly watch: string;
  /** Folder that certbot and Nginx share. */
  readonly challenges: string;
}

export function containerPaths(project: Project): ContainerPaths {
  const folder = join(project.build, 'compose');
  return {
    variables: join(folder, 'stack.env'),
    app: join(folder, 'app.env'),
    secrets: join(project.state, 'secrets'),
    nginx: join(project.build, 'nginx'),
    traefik: join(project.build, 'traefik'),
    watch: join(project.state, 'watch'),
    challenges: join(project.run, 'acme'),
  };
}

/** What the machine decides, apart from the settings. */
export interface ContainerPlace {
  /** Folder of the Compose files. */
  readonly compose: string;
  /** Name and tag of the app's image. */
  readonly image: string;
  /** Group whose members may read secrets and certificates: every container is one. */
  readonly gid: number;
  /** User and group, as `10001:10001`, who owns the certificates and renews them. */
  readonly owner: string;
}

/** @throws HermesError `replicas-share-nothing` or `replicas-without-proxy` */
export function planContainers(project: Project, loaded: Loaded, place: ContainerPlace): ContainerPlan {
  const { settings } = loaded;
  const secrets = { ...secretsOf(loaded), ...acmeSecrets(project, loaded) };
  checkReplicas(settings, secrets);
  const app = appEnvironment(loaded);
  const paths = containerPaths(project);
  const redis = redisUrlOf(settings);
  return {
    name: settings.COMPOSE_PROJECT,
    files: chooseFiles({ ...settings, redis }).map((name) => join(place.compose, name)),
    app,
    secrets,
    paths,
    variables: {
      HERMES_COMPOSE_PROJECT: settings.COMPOSE_PROJECT,
      HERMES_FOLDER: project.root,
      HERMES_IMAGE: place.image,
      HERMES_GROUP: String(place.gid),
      HERMES_REPLICAS: String(settings.APP_REPLICAS),
      HERMES_APP_TARGET: String(inside.ports.app),
      HERMES_APP_ENV: paths.app,
      HERMES_SECRETS: paths.secrets,
      HERMES_CERTS: project.certs,
      HERMES_OWNER: place.owner,
      HERMES_HOST: hostname(),
      HERMES_WATCH: paths.watch,
      HERMES_SETTINGS: fingerprint(secrets),
      HERMES_STOP_GRACE: `${deriveTimeouts(settings).stopGrace}ms`,
      ...portVariables(loaded),
      ...(settings.TLS === 'letsencrypt' && certbotVariables(loaded, place, paths)),
      ...(settings.SERVICES?.includes('mqtt') && { HERMES_MOSQUITTO_IMAGE: mosquittoImageOf(place.image) }),
      ...(settings.PROXY === 'nginx' && { HERMES_NGINX: paths.nginx }),
      ...(settings.PROXY === 'traefik' && { HERMES_TRAEFIK: paths.traefik }),
      ...(settings.DOCKER_NETWORK && { HERMES_SHARED_NETWORK: settings.DOCKER_NETWORK }),
    },
  };
}

function certbotVariables(
  { settings }: Loaded,
  { image }: ContainerPlace,
  { challenges }: ContainerPaths,
): Record<string, string> {
  return {
    HERMES_CERTBOT_IMAGE: certbotImageOf(image, settings),
    HERMES_CHALLENGES: challenges,
    HERMES_CHALLENGES_TARGET: String(inside.ports.challenges),
    HERMES_HTTP_PORT: String(settings.HTTP_PORT),
    // A file that is there, and empty, would be a bundle that trusts nobody.
    HERMES_ACME_CA_BUNDLE: settings.ACME_CA_BUNDLE ? '/run/secrets/ACME_CA_BUNDLE' : '',
  };
}

function portVariables({ settings }: Loaded): Record<string, string> {
  const { PROXY, TLS, HTTP_PORT, HTTPS_PORT, APP_PORT } = settings;
  const { app, http, https } = inside.ports;
  if (PROXY === 'none') {
    const canary = { HERMES_CANARY_HOST: 'app', HERMES_CANARY_PORT: String(app) };
    return { HERMES_APP_PORT: String(APP_PORT), ...canary };
  }
  return {
    HERMES_HTTP_PORT: String(HTTP_PORT),
    HERMES_HTTP_TARGET: String(http),
    HERMES_HTTPS_PORT: String(HTTPS_PORT),
    HERMES_HTTPS_TARGET: String(https),
    HERMES_CANARY_HOST: 'proxy',
    HERMES_CANARY_PORT: String(TLS === 'off' ? http : https),
  };
}

/**
 * Changes with the secrets, so that Compose makes containers anew that have read others; the variables it compares
 * itself. Keyed, because labels are for everyone to read.
 */
function fingerprint(secrets: Secrets): string {
  const key = secrets.JWT_SECRET_KEY ?? '';
  return createHmac('sha256', key).update(JSON.stringify(secrets)).digest('hex').slice(0, 16);
}

/** The arguments of `docker` before the command of Compose. @param variables file of the variables */
export function composeArguments({
  files,
  variables,
}: {
  readonly files: readonly string[];
  readonly variables: string;
}): string[] {
  return ['compose', ...files.flatMap((file) => ['-f', file]), '--env-file', variables];
}

/** Starts everything, and waits until it is healthy. */
export const upArguments: readonly string[] = ['up', '-d', '--wait', '--remove-orphans'];
