import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName, livePath } from '../certs/layout.js';
import { nginxArguments, parseNginxVersion, renderNginx } from '../render/nginx.js';
import type { Place } from '../render/place.js';
import { isValidatedByHttp } from '../stack/responder.js';
import type { ConfigureProxy } from './configure-proxy.js';
import { inside } from './inside.js';
import { runOnce } from './run-once.js';

/** What an image of nginx, and the engine that runs it, decide. */
type Found = Pick<Place, 'nginxVersion' | 'opensslVersion' | 'descriptorLimit'>;

/** Where nginx finds things in its container. */
export function nginxPlace(settings: Settings, found: Found): Place {
  return {
    runDirectory: inside.nginx.run,
    pem: livePath(inside.root, certificateName(settings.DOMAIN), 'tls'),
    accessLog: inside.log,
    upstreams: [`app:${inside.ports.app}`],
    resolver: inside.resolver,
    listen: inside.ports,
    ...(isValidatedByHttp(settings) && { acmeWebroot: inside.webroot }),
    // Docker publishes ports on both families, and leads to the container by IPv4.
    ipv6: false,
    ...found,
  };
}

/**
 * Has the very nginx that will read the configuration test it.
 * @throws HermesError `nginx-config`, `image-missing`
 */
export const configureNginx: ConfigureProxy = async (settings, image, draft) => {
  const place = nginxPlace(settings, await lookInto(image));
  renderNginx(settings, place, draft.nginx);
  await test(draft.nginx, image);
  return ({ nginx }) => (renderNginx(settings, place, nginx).length > 0 ? reloadNginx : undefined);
};

/**
 * For `docker compose`. Not its `kill`: after any signal that comes by the engine a container counts as stopped by hand, and
 * does not start with its host any more (https://github.com/moby/moby/issues/41302).
 */
export const reloadNginx = ['exec', '-T', 'proxy', 'sh', '-c', 'kill -HUP 1'] as const;

async function lookInto(image: string): Promise<Found> {
  const all = await runOnce(image, [], ['sh', '-c', 'ulimit -Hn; exec nginx -V']);
  const limit = Number(/^\d+$/m.exec(all)?.[0]);
  return { ...parseNginxVersion(all), ...(limit > 0 && { descriptorLimit: limit }) };
}

async function test(rendered: string, image: string): Promise<void> {
  const { folder, run } = inside.nginx;
  const mounts = ['--volume', `${rendered}:${folder}:ro`, '--tmpfs', run];
  const words = ['nginx', ...nginxArguments({ runDirectory: run }, folder), '-t'];
  await runOnce(image, mounts, words, (output) => {
    const complaint = output.split('\n').find((line) => /\[(emerg|alert|crit)\]/.test(line));
    return complaint
      ? new HermesError('nginx-config', `nginx refuses its configuration: ${complaint}`)
      : undefined;
  });
}
