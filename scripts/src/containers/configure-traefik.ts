import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName, livePath } from '../certs/layout.js';
import { renderTraefik } from '../render/traefik.js';
import type { TraefikPlace } from '../render/traefik-place.js';
import { staticFile, watched } from '../render/traefik-plan.js';
import { isValidatedByHttp } from '../stack/responder.js';
import type { ConfigureProxy } from './configure-proxy.js';
import { containerGroup } from './group.js';
import { inside } from './inside.js';
import { certificateInside } from './inside-path.js';

/** Where Traefik finds things in its container. Where the app is, another container writes. */
export function traefikPlace(
  settings: Settings,
  pem = livePath(inside.root, certificateName(settings.DOMAIN), 'tls'),
): TraefikPlace {
  return {
    folder: inside.traefik,
    pem,
    accessLog: inside.log,
    upstreams: 'followed',
    listen: inside.ports,
    ...(isValidatedByHttp(settings) && { acmeAnswers: `certbot:${inside.ports.challenges}` }),
  };
}

/** Renders Traefik's configuration. One that runs takes up by itself whatever may change. */
export const configureTraefik: ConfigureProxy = async (project, settings, _image, { traefik: folder }) => {
  const changing = join(folder, watched);
  mkdirSync(changing, { recursive: true });
  // Whoever follows the app writes there.
  chownSync(changing, process.getuid?.() ?? -1, containerGroup());
  chmodSync(changing, 0o775);
  // As an installation names it, so that the next start does not have Traefik read the same again.
  const pem = certificateInside(project, livePath(project.root, certificateName(settings.DOMAIN), 'tls'));
  return renderTraefik(settings, traefikPlace(settings, pem), folder).includes(staticFile)
    ? ['restart', 'proxy']
    : undefined;
};
