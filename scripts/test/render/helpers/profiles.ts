import { loadSettings } from '../../../../app/src/settings/load.js';
import type { Settings } from '../../../../app/src/settings/table.js';
import type { Place } from '../../../src/render/place.js';
import type { TraefikPlace } from '../../../src/render/traefik-place.js';

/** Settings from these texts alone, whatever the environment of the tests holds. */
export const settingsOf = (environment: Record<string, string>): Settings =>
  loadSettings({ environment, folder: '/nonexistent' }).settings;

/** Folder that stands for the project in goldens. */
export const goldenRoot = '/srv/hermes';

export const place: Place = {
  runDirectory: `${goldenRoot}/run`,
  pem: `${goldenRoot}/tls.pem`,
  accessLog: `${goldenRoot}/access.log`,
  upstreams: ['127.0.0.1:5000'],
  ipv6: true,
  nginxVersion: '1.22.1',
  opensslVersion: '3.0.19',
};

export interface Profile {
  readonly environment: Record<string, string>;
  readonly place: Place;
}

/** What is rendered into `golden`. Together they choose every file of `nginx`. */
export const profiles: Readonly<Record<string, Profile>> = {
  selfsigned: { environment: {}, place },
  'three-domains': {
    environment: { TLS: 'files', DOMAIN: 'hermes.example.com,ws.example.com,*.iot.example.com' },
    place: { ...place, workerUser: 'nginx', upstreams: ['127.0.0.1:5000', '127.0.0.1:5001'] },
  },
  'current-nginx': {
    environment: {
      TLS: 'letsencrypt',
      ACME_DIRECTORY: 'production',
      DOMAIN: 'hermes.example.com',
      TLS_POLICY: 'modern',
    },
    place: {
      ...place,
      workerUser: 'nginx',
      acmeWebroot: `${goldenRoot}/acme`,
      nginxVersion: '1.28.0',
      opensslVersion: '3.5.4',
    },
  },
  container: {
    environment: { HTTPS_PORT: '443' },
    place: {
      ...place,
      upstreams: ['app:5000'],
      resolver: '127.0.0.11',
      listen: { http: 8080, https: 8443 },
      ipv6: false,
      nginxVersion: '1.30.6',
      opensslVersion: '3.6.5',
    },
  },
  plain: { environment: { TLS: 'off' }, place: { ...place, ipv6: false } },
  'unix-socket': {
    environment: { TLS: 'off' },
    place: { ...place, upstreams: [`unix:${goldenRoot}/run/sockets/app.sock`] },
  },
};

export const traefikPlace: TraefikPlace = {
  folder: `${goldenRoot}/traefik`,
  pem: `${goldenRoot}/tls.pem`,
  accessLog: `${goldenRoot}/access.log`,
  upstreams: ['127.0.0.1:5000'],
};

const ownAcme = {
  PROXY: 'traefik',
  TLS: 'letsencrypt',
  ACME_CLIENT: 'traefik',
  DOMAIN: 'hermes.example.com,ws.example.com',
};

/** A CA that is not there: the configuration is taken up all the same. */
const store = { url: 'https://127.0.0.1:1/dir', store: `${goldenRoot}/acme.json` };

export interface TraefikProfile {
  readonly environment: Record<string, string>;
  readonly place: TraefikPlace;
}

/** Together they choose every file of `traefik`. */
export const traefikProfiles = {
  selfsigned: { environment: {}, place: traefikPlace },
  'letsencrypt-modern': {
    environment: {
      TLS: 'letsencrypt',
      ACME_DIRECTORY: 'production',
      DOMAIN: 'hermes.example.com,ws.example.com,*.iot.example.com',
      TLS_POLICY: 'modern',
    },
    place: { ...traefikPlace, upstreams: ['app:5000', 'app-2:5000'], acmeAnswers: '127.0.0.1:5080' },
  },
  container: {
    environment: {},
    place: {
      folder: traefikPlace.folder,
      pem: traefikPlace.pem,
      accessLog: traefikPlace.accessLog,
      upstreams: 'followed',
      listen: { http: 8080, https: 8443 },
    },
  },
  plain: { environment: { TLS: 'off', PROXY_METRICS_PORT: '9465' }, place: traefikPlace },
  'own-acme-http': {
    environment: { ...ownAcme, ACME_EMAIL: 'you@example.com' },
    place: {
      ...traefikPlace,
      acmeAnswers: '127.0.0.1:5080',
      acme: { ...store, servesFiles: false, orders: true },
    },
  },
  'own-acme-alpn': {
    environment: { ...ownAcme, ACME_CHALLENGE: 'tls-alpn-01', ACME_PROFILE: 'shortlived' },
    place: { ...traefikPlace, acme: { ...store, servesFiles: true, orders: false } },
  },
  'own-acme-dns': {
    environment: {
      ...ownAcme,
      DOMAIN: 'hermes.example.com,*.hermes.example.com',
      ACME_CHALLENGE: 'dns-01',
      ACME_DNS_PLUGIN: 'rfc2136',
      ACME_DNS_CREDENTIALS: 'rfc2136.env',
      ACME_RESOLVER: '[2620:fe::fe]',
      ACME_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt',
      ACME_KEY_TYPE: 'rsa',
    },
    place: { ...traefikPlace, acme: { ...store, servesFiles: false, orders: false } },
  },
} as const satisfies Readonly<Record<string, TraefikProfile>>;
