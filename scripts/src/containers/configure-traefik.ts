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

/** Where Traefik finds things in its container. Where the app is, another container writes. */
export function traefikPlace(settings: Settings): TraefikPlace {
  return {
    folder: inside.traefik,
    pem: livePath(inside.root, certificateName(settings.DOMAIN), 'tls'),
    accessLog: inside.log,
    upstreams: 'followed',
    listen: inside.ports,
    ...(isValidatedByHttp(settings) && { acmeAnswers: `certbot:${inside.ports.challenges}` }),
  };
}

/** Traefik has no test of its own. One that runs takes up by itself whatever may change. */
export const configureTraefik: ConfigureProxy = async (settings, _image, draft) => {
  const place = traefikPlace(settings);
  renderTraefik(settings, place, draft.traefik);
  return ({ traefik: folder }) => {
    const changing = join(folder, watched);
    mkdirSync(changing, { recursive: true });
    // Whoever follows the app writes there.
    chownSync(changing, process.getuid?.() ?? -1, containerGroup());
    chmodSync(changing, 0o775);
    return renderTraefik(settings, place, folder).includes(staticFile) ? restartTraefik : undefined;
  };
};

export const restartTraefik = ['restart', 'proxy'] as const;
