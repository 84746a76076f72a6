import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { Loaded } from '../../../app/src/settings/load.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import { appEnvironment, type Secrets, secretsOf } from '../containers/app-settings.js';
import { inside } from '../containers/inside.js';
import type { Project } from '../project.js';
import { chooseSwarmFiles } from './choose-files.js';
import { assertFitForSwarm } from './fitness.js';

/** What is deployed to a swarm. Nothing is done yet. */
export interface SwarmPlan {
  /** Name of the stack. */
  readonly name: string;
  /** Stack files, absolute, in their order. */
  readonly files: readonly string[];
  /** Variables of the stack files; no secret is in them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Environment of the app; no secret is in it. */
  readonly app: Readonly<Record<string, string>>;
  /** Those that are set, by the name under which the swarm keeps them. */
  readonly secrets: Readonly<Record<string, { readonly key: string; readonly value: string }>>;
  /** Name of the release. */
  readonly release: string;
  readonly paths: SwarmPaths;
}

/** Where what the stack files refer to is written. */
export interface SwarmPaths {
  readonly folder: string;
  /** Stack file that names secrets and configuration by their digests. */
  readonly overlay: string;
  readonly nginx: string;
}

export function swarmPaths({ build }: Project): SwarmPaths {
  const folder = join(build, 'swarm');
  return {
    folder,
    overlay: join(folder, 'names.yaml'),
    nginx: join(folder, 'nginx'),
  };
}

/** What the machine decides, apart from the settings. */
export interface SwarmPlace {
  /** Folder of the stack files. */
  readonly compose: string;
  readonly image: string;
  /** Name of the release. */
  readonly release: string;
  /** Group whose members may read certificates. */
  readonly gid: number;
  /** Memory of an instance, as Compose writes it. */
  readonly memory: string;
}

/** Files of the app's secrets; what only servers beside the app need is none of them. */
const appSecrets = [
  'JWT_SECRET_KEY',
  'SERVICE_API_KEY',
  'WS_SECRET',
  'BUS_URL',
  'MONGO_URI',
  'MQTT_URL',
] as const;

/** @throws HermesError those of `assertFitForSwarm` */
export function planSwarm(project: Project, loaded: Loaded, place: SwarmPlace): SwarmPlan {
  const { settings } = loaded;
  const all = secretsOf(loaded);
  assertFitForSwarm(settings, all);
  const name = settings.COMPOSE_PROJECT;
  const paths = swarmPaths(project);
  const times = deriveTimeouts(settings);
  return {
    name,
    files: [...chooseSwarmFiles(settings).map((file) => join(place.compose, file)), paths.overlay],
    app: { ...appEnvironment(loaded), ...sessionAtBroker(name, loaded) },
    secrets: namedSecrets(name, all),
    release: place.release,
    paths,
    variables: {
      HERMES_IMAGE: place.image,
      HERMES_GROUP: String(place.gid),
      HERMES_REPLICAS: String(settings.APP_REPLICAS),
      HERMES_APP_MEMORY: place.memory,
      HERMES_STOP_GRACE: `${times.stopGrace}ms`,
      HERMES_DRAIN: `${times.drain}ms`,
      HERMES_HTTP_PORT: String(settings.HTTP_PORT),
      HERMES_HTTP_TARGET: String(inside.ports.http),
      HERMES_HTTPS_PORT: String(settings.HTTPS_PORT),
      HERMES_HTTPS_TARGET: String(inside.ports.https),
      ...certificateVariables(settings.SWARM_CERTS ?? project.certs),
      ...(settings.DOCKER_NETWORK && { HERMES_SHARED_NETWORK: settings.DOCKER_NETWORK }),
    },
  };
}

/**
 * Instances need different ones, and each has to be that of who comes in its place: what a session at the broker holds
 * for one that never comes back is lost. Swarm fills in the number of the place.
 */
function sessionAtBroker(stack: string, { raw, origin }: Loaded): Record<string, string> {
  const base = origin.MQTT_CLIENT_ID === 'default' ? `hermes-${stack}` : raw.MQTT_CLIENT_ID;
  return { MQTT_CLIENT_ID: `${base}-{{.Task.Slot}}` };
}

function certificateVariables(source: string): Record<string, string> {
  const [, server = '', path = source] = /^nfs:\/\/([^/]+)(\/.+)$/.exec(source) ?? [];
  return { HERMES_CERTS: path, ...(server && { HERMES_CERTS_SERVER: server }) };
}

/**
 * Swarm never changes a secret: another value has another name. The digests in the names are keyed, because names are
 * for everyone to read.
 */
function namedSecrets(stack: string, all: Secrets): SwarmPlan['secrets'] {
  const digest = (key: string, value: string) =>
    createHmac('sha256', all.JWT_SECRET_KEY ?? '')
      .update(`${key}\0${value}`)
      .digest('hex')
      .slice(0, 12);
  const set = appSecrets.flatMap((key) => (all[key] ? [{ key, value: all[key] }] : []));
  return Object.fromEntries(
    set.map(({ key, value }) => [`${stack}_${key}_${digest(key, value)}`, { key, value }]),
  );
}
