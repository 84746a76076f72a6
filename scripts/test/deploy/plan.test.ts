import assert from 'node:assert/strict';
import { checkLook, warningsOf } from '../../src/deploy/check-look.js';
import { forHost } from '../../src/deploy/deployable.js';
import { mergeEnv } from '../../src/deploy/env-merge.js';
import { assertFilesWithin } from '../../src/deploy/inside/named-files.js';
import { recoveryOf, touchingSteps } from '../../src/deploy/journal.js';
import { type Look, readLook, settingsAt } from '../../src/deploy/look.js';
import { lookScript, parseLook } from '../../src/deploy/look-script.js';
import { toPrune } from '../../src/deploy/prune.js';
import type { Release } from '../../src/deploy/release.js';
import { renewCommand } from '../../src/deploy/renew-command.js';
import { siblingsOf } from '../../src/deploy/siblings.js';
import { releaseId } from '../../src/deploy/site.js';
import { type ComposeModel, splitModel } from '../../src/deploy/split-model.js';
import { targetOf } from '../../src/deploy/target.js';

const release = (id: string, image = `monitor-hermes:${id}`) =>
  ({ id, image, images: [] }) as unknown as Release;

describe('the plan of a deploy', () => {
  it('names a release by time and revision, so that names sort', () => {
    const at = new Date('2026-11-29T01:14:36.500Z');
    assert.equal(releaseId(at, 'monitor-hermes:e7ae5c5efb37'), '20261129-011436-e7ae5c5efb37');
    assert.equal(releaseId(at, 'registry:5000/hermes:V1.0_rc'), '20261129-011436-v1-0-rc');
  });

  it('undoes until the drain begins, and finishes from then on', () => {
    assert.deepEqual(
      touchingSteps.map((step) => recoveryOf({ step })),
      ['remove-new', 'remove-new', 'remove-new', 'switch-back', 'switch-back', 'finish', 'finish'],
    );
  });

  it('changes the settings given in a .env, and no other line', () => {
    const text = '# mine\nDOMAIN=old.example\nexport LOG_LEVEL=info\nX=1\n\n';
    assert.equal(
      mergeEnv(text, { DOMAIN: 'new.example', STAGE: 'dev' }),
      '# mine\nexport LOG_LEVEL=info\nX=1\nDOMAIN="new.example"\nSTAGE="dev"\n',
    );
  });

  it('takes no secret from a command line, and nothing that is for the operator alone', () => {
    assert.throws(() => forHost({ JWT_SECRET_KEY: 'secret' }), { code: 'secret-given' });
    assert.throws(() => forHost({ DOMAIN: 'a"b' }), { code: 'bad-setting' });
    assert.deepEqual(forHost({ DOMAIN: 'a.example', SSH_CONFIG: '/x', DEPLOY_PATH: 'y', ENGINE: 'native' }), {
      DOMAIN: 'a.example',
    });
  });

  it('keeps three releases, what serves and what served before, and the images that they need', () => {
    const all = ['1', '2', '3', '4', '5', '6'].map((id) =>
      release(id, id === '1' ? 'image:6' : `image:${id}`),
    );
    const { releases, images } = toPrune(all, ['6', '2']);
    assert.deepEqual(
      releases.map(({ id }) => id),
      ['3', '1'],
    );
    assert.deepEqual(images, ['image:3']);
  });

  it('has an image of the same revision for whatever a release needs besides its app', () => {
    const of = (environment: Record<string, string>) =>
      siblingsOf('registry:5000/kit:r1', settingsAt({ env: undefined }, environment).settings);
    assert.deepEqual(of({}), []);
    assert.deepEqual(of({ TLS: 'letsencrypt', DOMAIN: 'a.example', SERVICES: 'redis,mongo,mqtt' }), [
      'registry:5000/kit-certbot:r1',
      'registry:5000/kit-mosquitto:r1',
    ]);
  });

  it('refuses a file that a release would not see', () => {
    const named = (environment: Record<string, string>) => () =>
      assertFilesWithin('/srv/site', settingsAt({ env: undefined }, environment).settings);
    const acme = (file: string) => named({ TLS: 'letsencrypt', DOMAIN: 'a.example', ACME_CA_BUNDLE: file });
    for (const file of ['ca.pem', '/srv/site/ca.pem', '..ca.pem', '']) acme(file)();
    assert.throws(acme('/etc/ssl/ca.pem'), { code: 'file-outside', message: /^ACME_CA_BUNDLE=\/etc/ });
    assert.throws(acme('../ca.pem'), { code: 'file-outside' });
    const own = { TLS: 'files', SSL_CERTFILE: 'chain.pem', SSL_KEYFILE: '/etc/ssl/key.pem' };
    assert.throws(named(own), { code: 'file-outside', message: /^SSL_KEYFILE/ });
  });

  it('renews where certbot is, and says why not where it is not', () => {
    const renew = (tls: Release['tls'] | undefined) => {
      const serving = { ...release('1-a'), tls, project: 'site' } as Release;
      const current = tls && '1-a';
      return () => renewCommand({ root: '/srv/site', current, releases: [serving] }, ['--force']);
    };
    assert.match(
      renew('letsencrypt')(),
      / -f \/srv\/site\/releases\/1-a\/site\.json exec -T certbot .* --force$/,
    );
    assert.throws(renew('selfsigned'), { code: 'nothing-to-renew', message: /by itself/ });
    assert.throws(renew('files'), { code: 'nothing-to-renew', message: /make deploy HOST/ });
    assert.throws(renew(undefined), { code: 'nothing-deployed' });
  });

  it('finds the release to go back to, and says why there is none', () => {
    const look = {
      current: '2-b',
      previous: '1-a',
      releases: [release('1-a'), release('2-b'), release('10-c')],
      images: new Set(['monitor-hermes:1-a', 'monitor-hermes:2-b']),
    };
    assert.equal(targetOf(look).id, '1-a');
    assert.equal(targetOf(look, 'a').id, '1-a');
    const code = (to?: string, other = {}) => {
      try {
        return targetOf({ ...look, ...other }, to).id;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    assert.equal(code('2-b'), 'release-serves');
    assert.equal(code('1'), 'release-unknown');
    assert.equal(code('10-c'), 'release-incomplete');
    assert.equal(code(undefined, { previous: undefined }), 'no-earlier-release');
    assert.equal(code(undefined, { current: undefined }), 'nothing-deployed');
  });
});

describe('the model of a stack', () => {
  const model: ComposeModel = {
    name: 'site',
    services: {
      app: { image: 'i', depends_on: { redis: {} }, labels: { a: '1' }, volumes: [] },
      redis: {
        labels: { 'monitor-hermes.settings': 'x', b: '2' },
        volumes: [{ type: 'bind', source: '/r/kit/redis.conf', target: '/c' }],
      },
      proxy: {
        command: ['-c', '/etc/hermes/nginx/nginx.conf'],
        ports: ['1:1'],
        depends_on: { app: {} },
        volumes: [{ type: 'bind', source: '/s/proxy/nginx', target: '/etc/hermes/nginx' }],
      },
      canary: {
        command: ['x'],
        healthcheck: {},
        secrets: [{ source: 'JWT_SECRET_KEY' }],
        depends_on: { app: {}, proxy: {} },
      },
    },
    networks: { front: { name: 'site_front' } },
    volumes: { data: { name: 'site_data' } },
    secrets: { JWT_SECRET_KEY: { file: '/r/secrets/JWT_SECRET_KEY' } },
  };
  const { site, app } = splitModel(model, {
    release: 'r1',
    siteSecrets: '/s/secrets',
    lasting: { '/r/kit/redis.conf': '/s/files/redis.conf' },
    gateFolders: { '/s/proxy/nginx': '/r/gate/nginx' },
  });

  it('parts into an app that no other release is taken for, on the networks and volumes of the site', () => {
    assert.equal(app.name, 'site-r1');
    assert.deepEqual(Object.keys(app.services), ['app-r1']);
    assert.deepEqual(app.services['app-r1'], {
      image: 'i',
      labels: { a: '1', 'monitor-hermes.release': 'r1' },
      volumes: [],
    });
    assert.deepEqual(app.networks, { front: { name: 'site_front', external: true } });
    assert.deepEqual(app.volumes, { data: { name: 'site_data', external: true } });
    assert.deepEqual(app.secrets, model.secrets);
  });

  it('leaves to the site what lasts: files, secrets and servers are the same for the next release', () => {
    assert.equal(site.services.app, undefined);
    assert.deepEqual(site.services.redis?.labels, { b: '2' });
    assert.equal(site.services.redis?.volumes?.[0]?.source, '/s/files/redis.conf');
    assert.deepEqual(site.services.proxy?.command, ['-c', '/etc/hermes/nginx/current/nginx.conf']);
    assert.deepEqual(site.services.canary?.depends_on, { proxy: {} });
    assert.deepEqual(site.secrets, { JWT_SECRET_KEY: { file: '/s/secrets/JWT_SECRET_KEY' } });
  });

  it('has a second proxy for the gate, published to nobody, with the configuration of the release', () => {
    const second = site.services['gate-proxy'];
    assert.equal(second?.ports, undefined);
    assert.equal(second?.volumes?.[0]?.source, '/r/gate/nginx');
    assert.deepEqual(second?.profiles, ['gate']);
  });
});

describe('a host that is looked at', () => {
  const found = (answers: Readonly<Record<string, string>> = {}): Look =>
    readLook(
      {
        user: 'deploy\n1000\n1000',
        root: '/home/deploy/monitor-hermes',
        clock: '1000',
        engine: '28.5.2',
        compose: '2.40.3',
        disk: '/dev/sda1 100000 1 50000 1% /',
        writable: 'yes',
        ...answers,
      },
      new Date(1_000_000),
    );
  const checked = (
    answers: Readonly<Record<string, string>>,
    given: Readonly<Record<string, string>> = {},
  ) => {
    const look = found(answers);
    try {
      checkLook(look, settingsAt(look, given));
      return 'fine';
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  it('is asked by one script, whose answers are told apart', () => {
    assert.match(lookScript('monitor-hermes'), /^root=monitor-hermes; case \$root in/);
    assert.deepEqual(parseLook('noise\n@@hermes a\n1\n2\n\n@@hermes b\n\n@@hermes c\n3\n'), {
      a: '1\n2',
      b: '',
      c: '3',
    });
  });

  it('is fine for a first deploy with nothing but an engine', () => assert.equal(checked({}), 'fine'));

  it('is refused with what is wrong', () => {
    assert.equal(checked({ engine: 'sh: 1: docker: not found' }), 'engine-away');
    assert.equal(checked({ engine: 'permission denied while trying to connect' }), 'engine-denied');
    assert.equal(checked({ engine: '24.0.9' }), 'engine-old');
    assert.equal(checked({ compose: 'docker: not a command' }), 'compose-missing');
    assert.equal(checked({ compose: '2.20.0' }), 'compose-old');
    assert.equal(checked({ disk: '/dev/sda1 100000 1 500 1% /' }), 'disk-full');
    assert.equal(checked({ writable: '' }), 'root-not-writable');
    assert.equal(checked({ listening: '00000000:20FB' }), 'port-in-use');
    assert.equal(checked({ projects: 'monitor-hermes\t/elsewhere' }), 'name-taken');
    assert.equal(checked({ env: 'DOMAIN=a.example', 'env-mode': '600' }), 'secret-missing');
    assert.equal(checked({ env: 'DOMAIN=a.example', 'env-mode': '644' }), 'env-readable');
    assert.equal(checked({}, { PROXY: 'none' }), 'deploy-without-proxy');
    assert.equal(checked({}, { SERVICES: 'redis' }), 'deploy-shares-nothing');
  });

  it('is warned of where its clock differs', () =>
    assert.match(warningsOf(found({ clock: '940' })).join(), /its clock is 60 s behind ours/));
});
