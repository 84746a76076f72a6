import { deepEqual } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { chooseFiles } from '../../src/containers/choose-files.js';
import { settingsOf } from '../render/helpers/profiles.js';

const chosen = (environment: Record<string, string>, redis?: string) =>
  chooseFiles({ ...settingsOf(environment), redis }).map((file) => file.replace('.yaml', ''));

describe('the Compose files', () => {
  it('are the base, the proxy and the stage where nothing else is asked for', () =>
    deepEqual(chosen({}), ['base', 'proxy-nginx', 'watch', 'renewal', 'stage-dev']));

  it('have a stage for public certificates', () =>
    deepEqual(chosen({ TLS: 'files' }).at(-1), 'stage-production'));

  it('give the app its certificates where it speaks TLS itself', () => {
    deepEqual(chosen({ PROXY: 'none' }), ['base', 'proxy-none', 'app-tls', 'watch', 'renewal', 'stage-dev']);
    deepEqual(chosen({ PROXY: 'none', TLS: 'off' }), ['base', 'proxy-none', 'stage-dev']);
  });

  it('have certbot where an ACME CA is asked, and what it and the proxy share', () => {
    const certbot = (environment: Record<string, string>) =>
      chosen({ TLS: 'letsencrypt', ...environment }).filter((name) => name.startsWith('cert-'));
    deepEqual(certbot({}), ['cert-letsencrypt', 'cert-letsencrypt-nginx']);
    deepEqual(certbot({ PROXY: 'traefik' }), ['cert-letsencrypt', 'cert-letsencrypt-traefik']);
    deepEqual(certbot({ PROXY: 'none' }), [
      'cert-letsencrypt',
      'cert-letsencrypt-none',
      'cert-letsencrypt-port',
    ]);
  });

  it('publish no port for a CA that asks the DNS', () => {
    const certbot = (PROXY: string) =>
      chosen({ TLS: 'letsencrypt', ACME_CHALLENGE: 'dns-01', PROXY }).filter((name) =>
        name.startsWith('cert-'),
      );
    deepEqual(certbot('nginx'), ['cert-letsencrypt', 'cert-letsencrypt-dns']);
    deepEqual(certbot('traefik'), ['cert-letsencrypt', 'cert-letsencrypt-dns', 'cert-letsencrypt-traefik']);
    deepEqual(certbot('none'), ['cert-letsencrypt', 'cert-letsencrypt-dns', 'cert-letsencrypt-none']);
  });

  it('run the servers that were asked for', () =>
    deepEqual(chosen({ SERVICES: 'mongo, redis', PROXY: 'traefik' }), [
      'base',
      'proxy-traefik',
      'watch',
      'renewal',
      'renewal-traefik',
      'bus-redis',
      'store-mongo',
      'stage-dev',
    ]));

  it('have a broker on the network of others, and need no other one', () => {
    const own = { SERVICES: 'mqtt', MQTT_URL: 'mqtt://broker.example' };
    const files = ['base', 'proxy-nginx', 'watch', 'renewal', 'mqtt'];
    deepEqual(chosen(own), [...files, 'stage-dev']);
    const shared = ['network-external', 'mqtt-external', 'stage-dev'];
    deepEqual(chosen({ ...own, DOCKER_NETWORK: 'chirp-django-net' }), [...files, ...shared]);
  });

  for (const [what, environment, redis] of [
    ['a broker', { MQTT_URL: 'mqtt://broker.example' }],
    ['a MongoDB', { MONGO_URI: 'mongodb://db.example/hermes' }],
    ['a Redis', {}, 'redis://bus.example:6379'],
  ] as const) {
    it(`let the app out to ${what} elsewhere`, () =>
      deepEqual(chosen(environment, redis), [
        'base',
        'proxy-nginx',
        'watch',
        'renewal',
        'outbound',
        'stage-dev',
      ]));
  }

  it('let the watch out to whom it has to tell, and renew nothing that the operator brings', () =>
    deepEqual(chosen({ TLS: 'files', ALERT_WEBHOOK: 'https://hooks.example/x' }), [
      'base',
      'proxy-nginx',
      'watch',
      'watch-outbound',
      'stage-production',
    ]));

  it('do not let the app out to what runs beside it', () =>
    deepEqual(chosen({ SERVICES: 'redis' }, 'redis://redis:6379').includes('outbound'), false));

  it('join the network of others', () =>
    deepEqual(chosen({ DOCKER_NETWORK: 'chirp-django-net', STAGE: 'staging' }), [
      'base',
      'proxy-nginx',
      'watch',
      'renewal',
      'network-external',
      'stage-staging',
    ]));

  it('are all there', () => {
    const every = ['nginx', 'traefik', 'none'].flatMap((PROXY) =>
      ['dev', 'staging', 'production'].flatMap((STAGE) =>
        chosen(
          {
            PROXY,
            STAGE,
            TLS: 'letsencrypt',
            SERVICES: 'redis,mongo',
            DOCKER_NETWORK: 'others',
            MQTT_URL: 'mqtt://b',
          },
          'redis://redis:6379',
        ),
      ),
    );
    const missing = every.filter((name) => !existsSync(join(projectRoot, 'compose', `${name}.yaml`)));
    deepEqual(missing, []);
  });
});
