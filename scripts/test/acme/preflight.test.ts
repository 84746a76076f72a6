import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { loadSettings } from '../../../app/src/settings/load.js';
import { freePort } from '../../../app/test/helpers/process.js';
import type { ServerProcess } from '../../../app/test/helpers/servers/server-process.js';
import { newFolder } from '../../../app/test/helpers/service.js';
import { acmeDirectory } from '../../src/acme/directory.js';
import { type Preflight, preflight } from '../../src/acme/preflight.js';
import { ensureLocal } from '../../src/certs/ensure-local.js';
import { livePath } from '../../src/certs/layout.js';
import { startNamed } from './helpers/named.js';
import { type Pebble, startPebble } from './helpers/pebble.js';
import { closeServers, keepSilent, serve, serveUntrusted, startNginx } from './helpers/web-servers.js';

const us = 'pebble.letsencrypt.org';
const records = [
  'ok A 127.0.0.1',
  'alias CNAME ok',
  'empty TXT "no address"',
  'elsewhere A 127.0.0.2',
  'half A 127.0.0.1',
  'half A 127.0.0.2',
  'silent A 127.0.0.3',
  'closed A 127.0.0.4',
  'moved A 127.0.0.5',
  'loop A 127.0.0.6',
  'far A 127.0.0.7',
  'ip A 127.0.0.8',
  'secure A 127.0.0.9',
  ...['other CAA 0 issue "other.example"', 'deep.other A 127.0.0.1', 'other A 127.0.0.1'],
  ...['ours A 127.0.0.1', 'ours CAA 0 issue "other.example"', `ours CAA 0 issue "${us.toUpperCase()}"`],
  ...['nobody A 127.0.0.1', 'nobody CAA 0 issue ";"'],
  ...['critical A 127.0.0.1', `critical CAA 0 issue "${us}"`, 'critical CAA 128 tbs "unknown"'],
  ...['iodef A 127.0.0.1', 'iodef CAA 128 iodef "mailto:security@example.com"'],
  ...['method A 127.0.0.1', `method CAA 0 issue "${us}; validationmethods=dns-01"`],
  ...['wild A 127.0.0.1', `wild CAA 0 issue "${us}"`, 'wild CAA 0 issuewild ";"'],
];

describe('preflight before an ACME CA is asked', function () {
  this.timeout(120_000);
  let [pebble, external]: Pebble[] = [];
  const processes: ServerProcess[] = [];
  let [httpPort, httpsPort] = [0, 0];
  let resolver = '';
  const webroot = newFolder();

  before(async () => {
    [httpPort, httpsPort] = [await freePort(), await freePort()];
    const [first, second, named, nginx] = await Promise.all([
      startPebble({ httpPort }),
      startPebble({
        httpPort,
        external: ['kid-1', 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'],
      }),
      startNamed('test', records),
      startNginx(httpPort, webroot),
    ]);
    [pebble, external] = [first, second];
    processes.push(named, nginx);
    resolver = `127.0.0.1:${named.port}`;
    const redirect = (address: string, to: (path: string) => string) =>
      serve(address, httpPort, (request, response) => {
        response.writeHead(302, { Location: to(request.url ?? '') }).end();
      });
    await serve('127.0.0.2', httpPort, (_, response) => response.end('welcome'));
    await keepSilent('127.0.0.3', httpPort);
    await redirect('127.0.0.5', (path) => `http://ok.test:${httpPort}${path}`);
    await redirect('127.0.0.6', (path) => path);
    await redirect('127.0.0.7', (path) => `http://ok.test:81${path}`);
    await redirect('127.0.0.8', (path) => `http://127.0.0.1:${httpPort}${path}`);
    await redirect('127.0.0.9', (path) => `https://secure.test:${httpsPort}${path}`);
    const folder = newFolder();
    await ensureLocal({ folder, domains: ['stranger.example'], days: 90 });
    const [cert, key] = (['fullchain', 'privkey'] as const).map((file) =>
      livePath(folder, 'stranger.example', file),
    );
    await serveUntrusted('127.0.0.9', httpsPort, { cert: cert ?? '', key: key ?? '' }, (request, response) =>
      response.end(readFileSync(join(webroot, request.url ?? ''))),
    );
  });

  after(async () => {
    closeServers();
    await Promise.all([pebble, external, ...processes].map((server) => server?.stop()));
  });

  /** By default what is right, so that each test has one fault. */
  const check = (environment: Record<string, string> = {}, more: Partial<Preflight> = {}) => {
    const { settings } = loadSettings({
      folder: webroot,
      environment: {
        TLS: 'letsencrypt',
        DOMAIN: 'ok.test',
        ACME_DIRECTORY: pebble?.url ?? '',
        ACME_CA_BUNDLE: pebble?.bundle ?? '',
        ACME_RESOLVER: resolver,
        HTTP_PORT: String(httpPort),
        HTTPS_PORT: String(httpsPort),
        ...environment,
      },
    });
    return preflight({
      settings,
      directory: acmeDirectory(settings),
      responder: { kind: 'webroot', folder: webroot },
      ...more,
    });
  };
  const fault = async (...given: Parameters<typeof check>): Promise<HermesError> => {
    const result = await check(...given).catch((error: unknown) => error);
    assert(result instanceof HermesError, `a fault, not ${result}`);
    assert(result.hint.length > 0);
    return result;
  };

  describe('of the CA', () => {
    it('finds nothing where all is well, and leaves no file behind', async () => {
      assert.match((await check()).termsOfService ?? '', /^(data|https?):/);
      assert.deepEqual(readdirSync(join(webroot, '.well-known/acme-challenge')), []);
    });

    it('verifies its certificate', async () => {
      const { code, message } = await fault({ ACME_CA_BUNDLE: '' });
      assert.equal(code, 'ca-untrusted');
      assert.match(message, /https:\/\/127\.0\.0\.1/);
      assert.equal((await fault({ ACME_CA_BUNDLE: external?.bundle ?? '' })).code, 'ca-untrusted');
    });

    it('tells a missing bundle, an unreachable CA and another server apart', async () => {
      assert.match(
        (await fault({ ACME_CA_BUNDLE: '/nowhere/ca.pem' })).message,
        /\/nowhere\/ca\.pem \(ENOENT\)/,
      );
      const closed = `https://127.0.0.1:${await freePort()}/dir`;
      assert.equal((await fault({ ACME_DIRECTORY: closed })).code, 'ca-unreachable');
      assert.equal((await fault({ ACME_DIRECTORY: `${pebble?.url}/x` })).code, 'not-acme');
      assert.equal((await fault({ ACME_DIRECTORY: `http://127.0.0.2:${httpPort}/` })).code, 'not-acme');
    });

    it('compares its clock with ours', async () => {
      const shifted = (minutes: number) => ({ now: new Date(Date.now() + minutes * 60_000) });
      assert.match((await fault({}, shifted(10))).message, /10 min ahead/);
      assert.match((await fault({}, shifted(-2_880))).message, /2 days behind/);
      assert.equal((await fault({}, shifted(-6))).code, 'clock-wrong');
      await check({}, shifted(4));
    });

    it('knows its profiles, and lets a renewal go on without', async () => {
      await check({ ACME_PROFILE: 'shortlived' });
      const { code, hint } = await fault({ ACME_PROFILE: 'longlived' });
      assert.equal(code, 'profile-unknown');
      assert.match(hint, /classic, classic64, shortlived, tlsserver/);
      await check({ ACME_PROFILE: 'longlived' }, { renewal: true });
    });

    it('knows whether it wants an external account', async () => {
      const ca = { ACME_DIRECTORY: external?.url ?? '', ACME_CA_BUNDLE: external?.bundle ?? '' };
      assert.equal((await fault(ca)).code, 'eab-required');
      assert.equal((await fault({ ...ca, ACME_EAB_KID: 'kid-1' })).code, 'eab-required');
      await check({ ...ca, ACME_EAB_KID: 'kid-1', ACME_EAB_HMAC_KEY: 'zWNDZM6eQGHWpSRTPal5eIUY' });
    });
  });

  describe('of names', () => {
    const table: [what: string, name: string, code: string, message: RegExp][] = [
      ['is not there', 'absent.test', 'name-unknown', /absent\.test .*NXDOMAIN/],
      ['has no address', 'empty.test', 'name-without-address', /empty\.test .*neither an A nor an AAAA/],
      ['leads elsewhere', 'elsewhere.test', 'name-elsewhere', /elsewhere\.test leads to 127\.0\.0\.2/],
      ['leads elsewhere by one of its addresses', 'half.test', 'name-elsewhere', /127\.0\.0\.2/],
      ['is in a zone that does not answer', 'example.invalid', 'dns-failing', /example\.invalid .*EREFUSED/],
    ];
    for (const [what, name, code, message] of table) {
      it(`tells that one ${what}`, async () => {
        const error = await fault({ DOMAIN: `ok.test,${name}` });
        assert.equal(error.code, code);
        assert.match(error.message, message);
      });
    }

    it('follows an alias', () => check({ DOMAIN: 'alias.test' }));

    it('needs no DNS for a name below .localhost', () =>
      check({ DOMAIN: 'hermes.localhost', ACME_RESOLVER: `127.0.0.1:${httpPort}` }));

    it('does not take a DNS server that is away for a missing name', async () => {
      const { code } = await fault({ ACME_RESOLVER: `127.0.0.1:${await freePort()}` });
      assert.equal(code, 'dns-failing');
    });

    it('knows that a wildcard needs dns-01', async () => {
      assert.equal((await fault({ DOMAIN: 'ok.test,*.ok.test' })).code, 'wildcard-needs-dns');
    });
  });

  describe('of the path to the challenge', () => {
    const table: [what: string, name: string, code: string, message: RegExp][] = [
      ['nobody listens', 'closed.test', 'challenge-unreachable', /127\.0\.0\.4:\d+: nobody listens/],
      ['nothing comes back', 'silent.test', 'challenge-unreachable', /127\.0\.0\.3:\d+: no answer in 0\.5 s/],
      ['redirects do not end', 'loop.test', 'challenge-redirect', /more than 10 times/],
      ['a redirect leads to another port', 'far.test', 'challenge-redirect', /http:\/\/ok\.test:81/],
      ['a redirect leads to an address', 'ip.test', 'challenge-redirect', /http:\/\/127\.0\.0\.1/],
    ];
    for (const [what, name, code, message] of table) {
      it(`tells that ${what}`, async () => {
        const error = await fault({ DOMAIN: name }, { patience: 500 });
        assert.equal(error.code, code);
        assert.match(error.message, message);
      });
    }

    it('names the way out where a host cannot reach its own public address', async () => {
      assert.match((await fault({ DOMAIN: 'silent.test' }, { patience: 500 })).hint, /ACME_PREFLIGHT=false/);
    });

    it('tells that something else of this host answers', async () => {
      const { code, message } = await fault({}, { responder: { kind: 'webroot', folder: newFolder() } });
      assert.equal(code, 'challenge-wrong');
      assert.match(message, /127\.0\.0\.1 answers the challenge with status 404/);
    });

    it('follows redirects as the CA does, also where no certificate can be verified yet', async () => {
      await check({ DOMAIN: 'moved.test' });
      await check({ DOMAIN: 'secure.test' });
    });

    it('answers by itself where certbot will', async () => {
      const port = await freePort();
      const responder = { kind: 'standalone', port } as const;
      await check({ HTTP_PORT: String(port) }, { responder });
      await check({ HTTP_PORT: String(port) }, { responder });
      const taken = { responder: { kind: 'standalone', port: httpPort } } as const;
      assert.match((await fault({}, taken)).message, /port \d+ \(EADDRINUSE\)/);
    });
  });

  describe('of CAA records', () => {
    for (const name of ['other.test', 'deep.other.test', 'nobody.test', 'critical.test', 'method.test']) {
      it(`finds that those for ${name} forbid it`, async () => {
        const { code, message } = await fault({ DOMAIN: name });
        assert.equal(code, 'caa-forbids');
        assert.match(message, new RegExp(name.replace('deep.', '')));
      });
    }

    it('says what to add', async () => {
      const { message, hint } = await fault({ DOMAIN: 'deep.other.test' });
      assert.match(message, /records of other\.test .* for deep\.other\.test: they allow other\.example/);
      assert.equal(hint, `add to other.test: CAA 0 issue "${us}"`);
    });

    it('lets pass what they allow', () => check({ DOMAIN: 'ours.test,iodef.test,wild.test' }));
  });

  describe('of dns-01', () => {
    const credentials = join(newFolder(), 'credentials.ini');
    const dns = (domain: string, file = credentials) =>
      [
        { DOMAIN: domain, ACME_CHALLENGE: 'dns-01', ACME_DNS_PLUGIN: 'rfc2136', ACME_DNS_CREDENTIALS: file },
        { responder: { kind: 'dns', plugin: 'rfc2136', credentials: file, propagation: 0 } },
      ] as const;

    before(() => writeFileSync(credentials, 'secret', { mode: 0o600 }));

    it('needs neither an address nor port 80, and issues wildcards', async () => {
      await check(...dns('*.ok.test,absent.test,closed.test'));
    });

    it('heeds CAA for wildcards and for the method', async () => {
      await check(...dns('method.test'));
      assert.match((await fault(...dns('*.wild.test'))).message, /for \*\.wild\.test: they allow ;/);
    });

    it('wants credentials that only their owner can read', async () => {
      assert.equal(
        (await fault(...dns('ok.test', '/nowhere/credentials.ini'))).code,
        'dns-credentials-missing',
      );
      for (const mode of [0o640, 0o604, 0o644]) {
        chmodSync(credentials, mode);
        const { code, message, hint } = await fault(...dns('ok.test'));
        assert.equal(code, 'dns-credentials-exposed');
        assert.match(message, new RegExp(`mode 0${mode.toString(8)}`));
        assert.match(hint, /^chmod 600 /);
      }
      chmodSync(credentials, 0o400);
      await check(...dns('ok.test'));
      assert(existsSync(credentials));
    });
  });
});
