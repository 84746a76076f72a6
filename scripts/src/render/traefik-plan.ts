import type { Settings } from '../../../app/src/settings/table.js';
import type { PlannedFile } from './template.js';
import type { TraefikAcme, TraefikPlace } from './traefik-place.js';

/** Folder, in that of the rendered configuration, that Traefik watches. */
export const watched = 'dynamic';

/** The file to rewrite, as it is, once a certificate was installed. */
export const certificatesFile = `${watched}/certificates.yaml`;

/** Answered while Traefik is told to order a certificate, by 418, which it answers nowhere else. */
export const orderPath = '/.well-known/monitor-hermes/order';

/** Leads to where HTTP-01 challenges would be answered, if Traefik did not answer them itself. */
export const proofPath = '/.well-known/monitor-hermes/proof/';

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
  const own = tls ? place.acme : undefined;
  const answers = tls && place.acmeAnswers !== undefined;
  const files = tls && (!own || own.servesFiles);
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
    ...resolverOf(settings, own).map((source) => ({
      source: `certificate-resolvers/${source}`,
      target: staticFile,
    })),
    ...services(place).map((source) => dynamic(source, 'services')),
    dynamic('middlewares.yaml.template', 'middlewares'),
    dynamic(`routers/${tls ? 'tls' : 'plain'}.yaml.template`, 'routers'),
    dynamic(answers ? (own ? 'proof.yaml.template' : 'acme.yaml.template') : 'acme-none.yaml', 'acme'),
    dynamic(own?.orders ? 'order.yaml.template' : 'order-none.yaml', 'order'),
    dynamic(tls ? `tls/${settings.TLS_POLICY}.yaml.template` : 'tls/none.yaml', 'tls'),
    // Last, so that whoever reads meets the rest in place.
    {
      source: `dynamic/certificates/${files ? 'files.yaml.template' : 'none.yaml'}`,
      target: certificatesFile,
    },
  ];
}

/** The parts of the static file that tell how Traefik gets certificates itself. */
function resolverOf({ ACME_CHALLENGE: challenge }: Settings, own: TraefikAcme | undefined): string[] {
  if (!own) return ['none.yaml.template'];
  return ['resolver.yaml.template', `${challenge}.yaml.template`];
}

/** None where whoever follows the processes of the app writes that file. */
function services({ upstreams }: TraefikPlace): string[] {
  if (upstreams === 'followed') return [];
  return [`services${upstreams.length > 1 ? '-replicas' : ''}.yaml.template`];
}
