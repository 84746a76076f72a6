import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { deriveNginx } from './derive.js';
import type { Place } from './place.js';
import { planNginx } from './plan.js';
import { renderFiles } from './template.js';

const templates = join(projectRoot, 'nginx');

/**
 * Writes nginx's configuration into a folder; its main file is `nginx.conf`.
 * @returns the files that changed, relative to the folder
 */
export function renderNginx(settings: Settings, place: Place, folder: string): string[] {
  return renderFiles({
    from: templates,
    to: folder,
    files: planNginx(settings, place),
    values: deriveNginx(settings, place),
  });
}

/** Arguments that start nginx in the foreground, or test its configuration with `-t` added. */
export function nginxArguments(place: Pick<Place, 'runDirectory'>, folder: string): string[] {
  return ['-e', 'stderr', '-p', place.runDirectory, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'];
}

/** The filter for nginx's standard error, which else shows tokens. */
export const mask = {
  command: 'sed',
  arguments: ['-u', '-E', '-f', join(templates, 'mask.sed')],
  environment: { LC_ALL: 'C' },
} as const;

/** Reads the output of `nginx -V`, which comes on standard error. @throws HermesError `nginx-unknown` */
export function parseNginxVersion(output: string): Pick<Place, 'nginxVersion' | 'opensslVersion'> {
  const nginxVersion = /^nginx version: \S+\/(\d+\.\d+\.\d+)/m.exec(output)?.[1];
  const [built, running] = ['built', 'running'].map(
    (how) => new RegExp(`${how} with OpenSSL (\\d+\\.\\d+\\.\\d+)`).exec(output)?.[1],
  );
  const opensslVersion = running ?? built;
  if (nginxVersion && opensslVersion) return { nginxVersion, opensslVersion };
  throw new HermesError(
    'nginx-unknown',
    'the output of `nginx -V` names no version of nginx or of OpenSSL',
    'install nginx with its SSL module, from your distribution or from nginx.org',
  );
}
