import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName, livePath } from '../certs/layout.js';
import type { Project } from '../project.js';
import { nginxArguments, parseNginxVersion, renderNginx } from '../render/nginx.js';
import type { Place } from '../render/place.js';
import { inside } from './inside.js';

/** What an image of nginx, and the engine that runs it, decide. */
type Found = Pick<Place, 'nginxVersion' | 'opensslVersion' | 'descriptorLimit'>;

/** Where nginx finds things in its container. */
export function nginxPlace(settings: Settings, found: Found): Place {
  return {
    runDirectory: inside.nginx.run,
    pem: livePath(inside.root, certificateName(settings.DOMAIN), 'tls'),
    accessLog: inside.log,
    upstream: `app:${inside.ports.app}`,
    resolver: inside.resolver,
    listen: inside.ports,
    // Docker publishes ports on both families, and leads to the container by IPv4.
    ipv6: false,
    ...found,
  };
}

/**
 * Renders nginx's configuration once the very nginx that will read it has tested it.
 * @param image of nginx
 * @returns whether anything changed
 * @throws HermesError `nginx-config`, `image-missing`
 */
export async function configureNginx(
  project: Project,
  settings: Settings,
  image: string,
  folder: string,
): Promise<boolean> {
  const place = nginxPlace(settings, await lookInto(image));
  const draft = join(project.state, 'nginx.draft');
  rmSync(draft, { recursive: true, force: true });
  renderNginx(settings, place, draft);
  const { nginx: at } = inside;
  const mounts = ['--volume', `${draft}:${at.folder}:ro`, '--tmpfs', at.run];
  await run(image, mounts, ['nginx', ...nginxArguments({ runDirectory: at.run }, at.folder), '-t']);
  rmSync(draft, { recursive: true });
  return renderNginx(settings, place, folder).length > 0;
}

async function lookInto(image: string): Promise<Found> {
  const all = await run(image, [], ['sh', '-c', 'ulimit -Hn; exec nginx -V']);
  const limit = Number(/^\d+$/m.exec(all)?.[0]);
  return { ...parseNginxVersion(all), ...(limit > 0 && { descriptorLimit: limit }) };
}

async function run(image: string, options: readonly string[], words: readonly string[]): Promise<string> {
  const [program = '', ...args] = words;
  const command = ['run', '--rm', '--network=none', `--entrypoint=${program}`, ...options, image, ...args];
  const { failed, all } = await execa('docker', command, { all: true, reject: false, stdin: 'ignore' });
  if (!failed) return all;
  const complaint = all.split('\n').find((line) => /\[(emerg|alert|crit)\]/.test(line));
  if (complaint) throw new HermesError('nginx-config', `nginx refuses its configuration: ${complaint}`);
  throw new HermesError(
    'image-missing',
    `${image} cannot be run: ${all.trim().split('\n').at(-1)}`,
    `try: docker pull ${image}`,
  );
}
