import type { Settings } from '../../../app/src/settings/table.js';
import type { PlannedFile } from './template.js';
import type { TraefikPlace } from './traefik-place.js';

/** Folder, in that of the rendered configuration, that Traefik watches. */
export const watched = 'dynamic';

/** The file to rewrite, as it is, once a certificate was installed. */
export const certificatesFile = `${watched}/certificates.yaml`;

/** Where the app is, as it is written again and again by who follows its instances. */
export const followedServices: PlannedFile = {
  source: 'dynamic/services-replicas.yaml.template',
  target: `${watched}/services.yaml`,
};

/** Read at the start, and not again. */
export const staticFile = 'traefik.yaml';

/**
 * The files of Traefik's configuration: which template goes where. Every variation is made here, by the choice of a
 * file. Targets do not vary: one that was left out would stay, and be read.
 */
export function planTraefik(settings: Settings, place: TraefikPlace): PlannedFile[] {
  const tls = settings.TLS !== 'off';
  const acme = tls && place.acmeAnswers !== undefined;
  const dynamic = (source: string, name: string): PlannedFile => ({
    source: `dynamic/${source}`,
    target: `${watched}/${name}.yaml`,
  });
  return [
    { source: 'traefik.yaml.template', target: staticFile },
    { source: `entry-points/${tls ? 'tls' : 'plain'}.yaml.template`, target: staticFile },
    {
      source: `metrics/${settings.PROXY_METRICS_PORT ? 'prometheus.yaml.template' : 'none.yaml'}`,
      target: staticFile,
    },
    ...services(place).map((source) => dynamic(source, 'services')),
    dynamic('middlewares.yaml.template', 'middlewares'),
    dynamic(`routers/${tls ? 'tls' : 'plain'}.yaml.template`, 'routers'),
    dynamic(acme ? 'acme.yaml.template' : 'acme-none.yaml', 'acme'),
    dynamic(tls ? `tls/${settings.TLS_POLICY}.yaml.template` : 'tls/none.yaml', 'tls'),
    // Last, so that whoever reads meets the rest in place.
    { source: `dynamic/certificates/${tls ? 'files.yaml.template' : 'none.yaml'}`, target: certificatesFile },
  ];
}

/** None where whoever follows the processes of the app writes that file. */
function services({ upstreams }: TraefikPlace): string[] {
  if (upstreams === 'followed') return [];
  return [`services${upstreams.length > 1 ? '-replicas' : ''}.yaml.template`];
}
