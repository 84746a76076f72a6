import { join } from 'node:path';

/** Where the things of an installation lie on the host that is deployed to. All paths are absolute. */
export interface SitePaths {
  readonly root: string;
  readonly envFile: string;
  readonly releases: string;
  /** Link to the release that serves. */
  readonly current: string;
  /** Link to the one that served before. */
  readonly previous: string;
  /** What proxies read: what is below stays where it is while releases come and go. */
  readonly proxy: string;
  /** Files of the kit that containers have mounted, each under the digest of its content. */
  readonly files: string;
  readonly secrets: string;
  readonly watch: string;
  readonly challenges: string;
  readonly lock: string;
  /** Who holds the lock, as JSON. */
  readonly holder: string;
  /** Held by each step for as long as anything that it started there runs. */
  readonly step: string;
  /** The step under way, as JSON; absent when none is. */
  readonly journal: string;
  /** What was done, one JSON object a line. */
  readonly audit: string;
}

export function sitePaths(root: string): SitePaths {
  return {
    root,
    envFile: join(root, '.env'),
    releases: join(root, 'releases'),
    current: join(root, 'current'),
    previous: join(root, 'previous'),
    proxy: join(root, 'proxy'),
    files: join(root, 'files'),
    secrets: join(root, 'secrets'),
    watch: join(root, 'watch'),
    challenges: join(root, 'acme'),
    lock: join(root, 'lock'),
    holder: join(root, 'lock.by'),
    step: join(root, 'step'),
    journal: join(root, 'journal'),
    audit: join(root, 'audit.log'),
  };
}

export const releaseFolder = (root: string, id: string): string => join(root, 'releases', id);

/** Service of a release's app, and its name in the DNS of the containers: it has to be unlike that of any other. */
export const appService = (id: string): string => `app-${id}`;

/** Compose project of a release's app. */
export const appProject = (project: string, id: string): string => `${project}-${id}`;

/** On every container of the app: of which release it is. */
export const releaseLabel = 'monitor-hermes.release';

/** Name of a release: when it was made, in UTC, and of which revision it is. Names sort by time. */
export function releaseId(at: Date, image: string): string {
  const time = at.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const revision = image.slice(image.lastIndexOf(':') + 1).toLowerCase();
  return `${time}-${revision.replace(/[^a-z0-9]+/g, '-').slice(0, 40)}`.replace(/-+$/, '');
}
