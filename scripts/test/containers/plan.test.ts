import { deepEqual, doesNotMatch, equal, match, notEqual, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { commandLine } from '../../src/containers/compose.js';
import { appUser } from '../../src/containers/inside.js';
import { planContainers, upArguments } from '../../src/containers/plan.js';
import { projectAt } from '../../src/project.js';

const secrets = {
  JWT_SECRET_KEY: 'jwt-secret',
  SERVICE_API_KEY: 'service-secret',
  WS_SECRET: `${'w'.repeat(43)}=`,
  REDIS_PASSWORD: 'redis/secret"',
  MONGO_PASSWORD: 'mongo@secret',
  MQTT_PASSWORD: 'mqtt-secret',
};

const planOf = (environment: Record<string, string> = {}) =>
  planContainers(
    projectAt('/srv/shop'),
    loadSettings({ environment: { ...secrets, ...environment }, folder: '/nonexistent' }),
    { compose: '/opt/hermes/compose', image: 'monitor-hermes:abc', gid: 1234, owner: '10001:10001' },
  );

describe('the plan of containers', () => {
  it('is a line that anybody can type', () => {
    const { files, paths } = planOf();
    equal(
      commandLine({ files, variables: paths.variables }, upArguments),
      'docker compose -f /opt/hermes/compose/base.yaml -f /opt/hermes/compose/proxy-nginx.yaml ' +
        '-f /opt/hermes/compose/watch.yaml -f /opt/hermes/compose/renewal.yaml ' +
        '-f /opt/hermes/compose/stage-dev.yaml --env-file /srv/shop/.hermes/build/compose/stack.env ' +
        'up -d --wait --remove-orphans',
    );
  });

  it('has no secret but in the files for secrets', () => {
    const { secrets: files, ...others } = planOf({
      SERVICES: 'redis,mongo',
      MQTT_URL: 'mqtt://u:mqtt-secret@b',
      ALERT_WEBHOOK: 'https://hooks.example/alert-secret',
    });
    doesNotMatch(JSON.stringify(others), /secret["@]|-secret|wwww/);
    equal(files.JWT_SECRET_KEY, 'jwt-secret');
    equal(files.MQTT_URL, 'mqtt://u:mqtt-secret@b');
  });

  it('addresses the servers beside the app, whatever is in their passwords', () => {
    const { secrets: files } = planOf({ SERVICES: 'redis,mongo' });
    equal(files.BUS_URL, 'redis://:redis%2Fsecret%22@redis:6379');
    match(files.MONGO_URI ?? '', /^mongodb:\/\/hermes-app:[\w-]{43}@mongo:27017\/hermes$/);
    // The app gets a password that the administrator's cannot be told from.
    doesNotMatch(files.MONGO_URI ?? '', /secret/);
    equal(files['redis-auth.conf'], 'requirepass "redis/secret\\""\n');
  });

  it('shares no subscription with the broker beside one instance alone', () => {
    const shared = (more: Record<string, string>) =>
      planOf({ SERVICES: 'redis,mongo,mqtt', ...more }).app.MQTT_SHARED;
    deepEqual(
      [shared({}), shared({ MQTT_SHARED: 'true' }), shared({ APP_REPLICAS: '2' })],
      ['false', 'true', 'true'],
    );
  });

  it('hands on the Redis that was given in parts', () => {
    const { secrets: files, app } = planOf({ REDIS_HOST: 'bus.example' });
    equal(files.BUS_URL, 'redis://:redis%2Fsecret%22@bus.example:6379');
    equal('REDIS_HOST' in app, false);
  });

  it('leads the public ports to those inside', () => {
    const { variables, app } = planOf({ HTTP_PORT: '80', HTTPS_PORT: '443', APP_PORT: '7000' });
    deepEqual(
      ['HTTP_PORT', 'HTTP_TARGET', 'HTTPS_PORT', 'HTTPS_TARGET', 'CANARY_PORT'].map(
        (key) => variables[`HERMES_${key}`],
      ),
      ['80', '8080', '443', '8443', '8443'],
    );
    equal(app.APP_PORT, '5000');
    equal(app.HTTPS_PORT, '443');
  });

  it('gives certbot its own image, and the secrets of ACME as files', () => {
    const bundle = join(projectRoot, 'LICENSE');
    const acme = {
      TLS: 'letsencrypt',
      ACME_EAB_KID: 'k1',
      ACME_EAB_HMAC_KEY: 'c2VjcmV0',
      ACME_CA_BUNDLE: bundle,
    };
    const { variables, app, secrets: files } = planOf(acme);
    equal(variables.HERMES_CERTBOT_IMAGE, 'monitor-hermes-certbot:abc');
    equal(variables.HERMES_ACME_CA_BUNDLE, '/run/secrets/ACME_CA_BUNDLE');
    equal(files.ACME_CA_BUNDLE, readFileSync(bundle, 'utf8'));
    equal(files.ACME_EAB_HMAC_KEY, 'c2VjcmV0');
    doesNotMatch(JSON.stringify([variables, app]), /c2VjcmV0/);
    equal(planOf({ TLS: 'letsencrypt' }).variables.HERMES_ACME_CA_BUNDLE, '');
    equal('HERMES_CERTBOT_IMAGE' in planOf().variables, false);
  });

  it('has a plugin for the DNS in the image that is not among the pinned ones', () => {
    const imageFor = (ACME_DNS_PLUGIN: string) =>
      planOf({ TLS: 'letsencrypt', ACME_CHALLENGE: 'dns-01', ACME_DNS_PLUGIN }).variables
        .HERMES_CERTBOT_IMAGE;
    equal(imageFor('rfc2136'), 'monitor-hermes-certbot:abc');
    equal(imageFor('cloudflare'), 'monitor-hermes-certbot:abc-cloudflare');
  });

  it('says in a line which file certbot cannot be given', () =>
    throws(() => planOf({ TLS: 'letsencrypt', ACME_CA_BUNDLE: '/nonexistent/ca.pem' }), {
      code: 'file-unreadable',
      message: '/nonexistent/ca.pem cannot be read (ENOENT)',
    }));

  it('gives the app the certificate where it speaks TLS itself', () => {
    const { app, variables } = planOf({ PROXY: 'none', DOMAIN: 'ws.example.com' });
    equal(app.SSL_KEYFILE, '/srv/hermes/certs/live/ws.example.com/tls.pem');
    equal(app.SSL_REQUIRED, 'true');
    equal(variables.HERMES_CANARY_HOST, 'app');
    equal(planOf().app.SSL_KEYFILE, '');
  });

  it('waits for longer than the drain before it kills', () => {
    equal(planOf({ DRAIN_SECONDS: '20' }).variables.HERMES_STOP_GRACE, '45000ms');
  });

  it('changes its fingerprint with a secret, and tells none', () => {
    const before = planOf().variables.HERMES_SETTINGS;
    notEqual(planOf({ SERVICE_API_KEY: 'another' }).variables.HERMES_SETTINGS, before);
    equal(planOf().variables.HERMES_SETTINGS, before);
    match(before ?? '', /^[0-9a-f]{16}$/);
  });

  it('is refused for instances that have nothing to share', () => {
    for (const environment of [{}, { SERVICES: 'redis' }, { SERVICES: 'mongo' }] as Record<
      string,
      string
    >[]) {
      throws(() => planOf({ ...environment, APP_REPLICAS: '3' }), { code: 'replicas-share-nothing' });
    }
    throws(() => planOf({ PROXY: 'none', SERVICES: 'redis,mongo', APP_REPLICAS: '2' }), {
      code: 'replicas-without-proxy',
    });
    equal(planOf({ SERVICES: 'redis,mongo', APP_REPLICAS: '3' }).variables.HERMES_REPLICAS, '3');
  });

  it('knows the user that the image makes', () => {
    const dockerfile = readFileSync(join(projectRoot, 'app/Dockerfile'), 'utf8');
    match(dockerfile, new RegExp(`"--uid", "${appUser}"[^]*^USER ${appUser}:${appUser}$`, 'm'));
  });
});
