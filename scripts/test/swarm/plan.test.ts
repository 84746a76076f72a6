import { deepEqual, doesNotMatch, equal, match, notDeepEqual, ok, throws } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { projectAt } from '../../src/project.js';
import { chooseSwarmFiles } from '../../src/swarm/choose-files.js';
import { assertReachable, assertShared } from '../../src/swarm/nodes.js';
import { namedConfigs, overlayOf } from '../../src/swarm/overlay.js';
import { planSwarm } from '../../src/swarm/plan.js';
import { memoryOf, proxyImage } from '../../src/swarm/stack-files.js';

const outside = {
  JWT_SECRET_KEY: 'jwt-secret',
  SERVICE_API_KEY: 'service-secret',
  REDIS_URL: 'redis-sentinel://:redis-secret@a.example,b.example/main',
  MONGO_URI: 'mongodb://u:mongo-secret@m1.example,m2.example/hermes?replicaSet=rs0',
};

const planOf = (environment: Record<string, string> = {}) =>
  planSwarm(
    projectAt('/srv/shop'),
    loadSettings({ environment: { ...outside, ...environment }, folder: '/nonexistent' }),
    {
      compose: '/opt/hermes/compose',
      image: 'registry.example/monitor-hermes:abc',
      release: '20261129-010203-abc',
      gid: 1234,
      memory: '1g',
    },
  );

const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;
const compose = (name: string) => readFileSync(join(projectRoot, 'compose', `${name}.yaml`), 'utf8');

describe('the plan of a swarm', () => {
  it('has no secret but in what is sent by standard input', () => {
    const plan = planOf();
    const { secrets, ...others } = plan;
    doesNotMatch(JSON.stringify(others), /-secret/);
    doesNotMatch(overlayOf(plan, []), /-secret/);
    doesNotMatch(Object.keys(secrets).join(' '), /-secret/);
    deepEqual(
      Object.values(secrets).map(({ key }) => key),
      ['JWT_SECRET_KEY', 'SERVICE_API_KEY', 'BUS_URL', 'MONGO_URI'],
    );
    equal(Object.values(secrets).find(({ key }) => key === 'BUS_URL')?.value, outside.REDIS_URL);
  });

  it('hands the app only the secrets that are set, as files', () => {
    const { services, secrets } = JSON.parse(overlayOf(planOf(), []));
    const paths = Object.entries(services.app.environment).filter(([key]) => key.endsWith('_FILE'));
    deepEqual(Object.fromEntries(paths), {
      JWT_SECRET_KEY_FILE: '/run/secrets/JWT_SECRET_KEY',
      SERVICE_API_KEY_FILE: '/run/secrets/SERVICE_API_KEY',
      BUS_URL_FILE: '/run/secrets/BUS_URL',
      MONGO_URI_FILE: '/run/secrets/MONGO_URI',
    });
    for (const { mode, uid } of services.app.secrets) deepEqual([mode, uid], [0o400, '10001']);
    for (const each of Object.values<{ external: boolean; name: string }>(secrets)) {
      equal(each.external, true);
      ok(each.name.length <= 64);
    }
  });

  it('gives another name to what has another value, and to nothing else', () => {
    const names = (more = {}) => Object.keys(planOf(more).secrets);
    deepEqual(names(), names({ LOG_LEVEL: 'debug' }));
    const [jwt, service] = names();
    const [jwtAfter, serviceAfter] = names({ SERVICE_API_KEY: 'another' });
    equal(jwt, jwtAfter);
    ok(service !== serviceAfter);
    const named = (content: string) => namedConfigs('shop', [{ target: '/y', content }]);
    notDeepEqual(Object.keys(named('a')), Object.keys(named('b')));
    deepEqual(Object.values(named('a')), ['a']);
  });

  it('lets an instance end in its own time, and the next one wait for that', () => {
    const { variables } = planOf({ DRAIN_SECONDS: '20' });
    equal(variables.HERMES_DRAIN, '20000ms');
    ok(Number.parseInt(variables.HERMES_STOP_GRACE ?? '', 10) > 20_000);
  });

  it('has a session at the broker for each place of an instance', () => {
    equal(planOf().app.MQTT_CLIENT_ID, 'hermes-monitor-hermes-{{.Task.Slot}}');
    equal(planOf({ MQTT_CLIENT_ID: 'shop' }).app.MQTT_CLIENT_ID, 'shop-{{.Task.Slot}}');
  });

  it('reads certificates where all nodes have them', () => {
    equal(planOf().variables.HERMES_CERTS, '/srv/shop/certs');
    equal(planOf({ SWARM_CERTS: '/mnt/certs' }).variables.HERMES_CERTS, '/mnt/certs');
    const { variables } = planOf({ SWARM_CERTS: 'nfs://nas.example/exports/certs' });
    deepEqual([variables.HERMES_CERTS_SERVER, variables.HERMES_CERTS], ['nas.example', '/exports/certs']);
    for (const wrong of ['certs', 'nfs://nas.example', '/a,rw'])
      throws(() => planOf({ SWARM_CERTS: wrong }), /SWARM_CERTS=.* allowed is an absolute path, or nfs:/);
    assertShared(undefined, 1, true);
    throws(() => assertShared(undefined, 2, true), code('swarm-certs'));
    throws(() => assertShared(undefined, 1, false), code('swarm-certs'));
    assertShared('/mnt/certs', 3, false);
  });

  it('wants a registry only where more nodes than one have to get the image', () => {
    assertReachable('monitor-hermes:abc', 1);
    throws(() => assertReachable('monitor-hermes:abc', 2), code('swarm-no-registry'));
    throws(() => assertReachable('team/monitor-hermes:abc', 2), code('swarm-no-registry'));
    for (const image of ['registry.example/h:abc', 'localhost:5000/h:abc', 'localhost/h:abc'])
      assertReachable(image, 3);
  });

  const refused: Readonly<Record<string, Record<string, string>>> = {
    'swarm-services': { SERVICES: 'redis,mongo', REDIS_PASSWORD: 'x', MONGO_PASSWORD: 'x' },
    'swarm-proxy': { PROXY: 'traefik' },
    'swarm-challenge': { TLS: 'letsencrypt', DOMAIN: 'example.com', SWARM_CERTS: '/mnt/certs' },
    'swarm-certs': { TLS: 'letsencrypt', DOMAIN: 'example.com', ACME_CHALLENGE: 'dns-01' },
  };
  for (const [expected, settings] of Object.entries(refused))
    it(`refuses ${Object.entries(settings)[0]?.join('=')} (${expected})`, () => {
      throws(() => planOf(settings), code(expected));
    });

  it('refuses to start with data that only one node would have', () => {
    throws(() => planOf({ MONGO_URI: '' }), code('swarm-shares-nothing'));
    throws(() => planOf({ REDIS_URL: '' }), code('swarm-shares-nothing'));
  });

  it('leaves values as they are, though they look like variables of a stack file', () => {
    const { services } = JSON.parse(overlayOf(planOf({ MQTT_CLIENT_ID: "it's $5 $X" }), []));
    equal(services.app.environment.MQTT_CLIENT_ID, "it's $$5 $$X-{{.Task.Slot}}");
  });
});

describe('the stack files', () => {
  it('are all of use', () => {
    const chosen = [
      { TLS: 'selfsigned', SWARM_CERTS: undefined, DOCKER_NETWORK: 'shared' },
      { TLS: 'files', SWARM_CERTS: 'nfs://nas.example/certs', DOCKER_NETWORK: undefined },
    ] as const;
    const there = readdirSync(join(projectRoot, 'compose')).filter((name) => name.startsWith('swarm'));
    deepEqual([...new Set(chosen.flatMap(chooseSwarmFiles))].sort(), there.sort());
    deepEqual(chooseSwarmFiles({ TLS: 'off', SWARM_CERTS: undefined, DOCKER_NETWORK: undefined }), [
      'swarm.yaml',
      'swarm-nginx.yaml',
    ]);
  });

  it('are as hard, and bounded, as those of Compose', () => {
    const hardened = compose('hardened');
    const value = (key: string) => new RegExp(`${key}: (.+)$`, 'm').exec(hardened)?.[1] ?? '';
    for (const name of ['swarm', 'swarm-nginx']) {
      const text = compose(name);
      for (const line of ['read_only: true', 'cap_drop: [ALL]']) {
        match(hardened, new RegExp(line.replace(/[[\]]/g, '\\$&')));
        ok(text.includes(line), `${name}: ${line}`);
      }
      ok(text.includes(`pids: ${value('pids_limit')}`), name);
      ok(text.replaceAll(' ', '').includes(value('options').replaceAll(' ', '')), name);
    }
    ok(compose('swarm-nginx').includes(`memory: ${value('mem_limit')}`));
    equal(memoryOf('production'), '2g');
    ok(compose('proxy-nginx').includes(`image: ${proxyImage()}\n`));
  });
});
