import { basename } from 'node:path';
import { appProject, appService, releaseLabel } from './site.js';

/** What `docker compose config --format json` prints, as far as it is looked at here. */
export interface ComposeModel {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, { readonly name: string; readonly external?: boolean }>>;
  readonly volumes?: Readonly<Record<string, { readonly name: string; readonly external?: boolean }>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
}

export interface ComposeService {
  readonly command?: readonly string[] | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly { readonly type: string; readonly source?: string; readonly target: string }[];
  readonly secrets?: readonly { readonly source: string; readonly target?: string }[];
  readonly [key: string]: unknown;
}

export interface Split {
  /** Everything but the app; it stays while releases come and go. */
  readonly site: ComposeModel;
  /** The app of this release, in a project of its own. */
  readonly app: ComposeModel;
}

export interface SplitOptions {
  readonly release: string;
  /** Folder of the site's secrets; those of the app are the release's own. */
  readonly siteSecrets: string;
  /** Where files of the kit have a lasting place, by their path in the release. */
  readonly lasting: Readonly<Record<string, string>>;
  /** Folders of the gate proxy's configuration, by the folder that the proxy has mounted. */
  readonly gateFolders: Readonly<Record<string, string>>;
}

/** Service that answers like the proxy, with the configuration of the new release, and is published to nobody. */
export const gateProxy = 'gate-proxy';
/** Service that uses a release as clients do, once. */
export const gate = 'gate';

/** Where nginx of a site finds its configuration: a link that leads to that of one release or another. */
export const nginxCurrent = '/etc/hermes/nginx/current';
/** File that names the app for who follows it, for Traefik. */
export const followedName = '/etc/hermes/traefik/dynamic/upstream';

/**
 * Parts the model of a whole stack, so that a new app starts beside the old one: the app goes into a project of its own,
 * on the networks and volumes of the site, under a name that leads to it alone. Whatever the rest has mounted is made
 * lasting, or Compose would replace the proxy with every release.
 */
export function splitModel(model: ComposeModel, options: SplitOptions): Split {
  const { app, ...others } = model.services;
  if (!app) throw new Error('the model has no app');
  const { release } = options;
  const services = Object.fromEntries(
    Object.entries(others).map(([name, service]) => [name, siteService(name, service, options)]),
  );
  const { proxy, canary } = services;
  const gates = {
    ...(proxy && { [gateProxy]: gateProxyOf(proxy, options) }),
    ...(canary && { [gate]: gateOf(canary) }),
  };
  return {
    site: {
      ...model,
      services: { ...services, ...gates },
      secrets: Object.fromEntries(
        Object.entries(model.secrets ?? {}).map(([name, { file }]) => [
          name,
          { file: `${options.siteSecrets}/${basename(file)}` },
        ]),
      ),
    },
    app: {
      name: appProject(model.name, release),
      services: { [appService(release)]: appOf(app, release) },
      networks: external(model.networks),
      volumes: external(model.volumes),
      ...(model.secrets && { secrets: model.secrets }),
    },
  };
}

function appOf({ depends_on: _, labels, ...app }: ComposeService, release: string): ComposeService {
  return { ...app, labels: { ...labels, [releaseLabel]: release } };
}

function siteService(name: string, service: ComposeService, options: SplitOptions): ComposeService {
  const { app: _, ...dependencies } = service.depends_on ?? {};
  // It changes with each secret, and a server that keeps data reads but its own one.
  const { 'monitor-hermes.settings': settings, ...labels } = service.labels ?? {};
  const { volumes = [], command } = service;
  return {
    ...service,
    labels:
      ['redis', 'mongo', 'mqtt'].includes(name) || !settings
        ? labels
        : { ...labels, 'monitor-hermes.settings': settings },
    depends_on: dependencies,
    volumes: volumes.map((volume) => ({
      ...volume,
      ...(volume.source && { source: options.lasting[volume.source] ?? volume.source }),
    })),
    ...(command && { command: commandOf(name, command) }),
  };
}

function commandOf(name: string, command: readonly string[]): string[] {
  if (name === 'proxy')
    return command.map((word) => word.replace(/^\/etc\/hermes\/nginx(?=\/)/, nginxCurrent));
  if (name !== 'upstreams') return [...command];
  return command.map((word) => (word === 'app' ? followedName : word));
}

function gateProxyOf(proxy: ComposeService, { gateFolders }: SplitOptions): ComposeService {
  const { ports: _, depends_on: __, ...rest } = proxy;
  const { volumes = [] } = rest;
  return {
    ...rest,
    profiles: [gate],
    restart: 'no',
    volumes: volumes.map((volume) => ({
      ...volume,
      ...(volume.source && { source: gateFolders[volume.source] ?? volume.source }),
    })),
  };
}

function gateOf(canary: ComposeService): ComposeService {
  const { depends_on: _, healthcheck: __, command: ___, secrets = [], environment, ...rest } = canary;
  return {
    ...rest,
    profiles: [gate],
    restart: 'no',
    environment: { ...(environment as object), SERVICE_API_KEY_FILE: '/run/secrets/SERVICE_API_KEY' },
    secrets: [...secrets, { source: 'SERVICE_API_KEY', target: '/run/secrets/SERVICE_API_KEY' }],
  };
}

function external(all: ComposeModel['networks'] = {}) {
  return Object.fromEntries(
    Object.entries(all).map(([key, { name }]) => [key, { name, external: true }] as const),
  );
}
