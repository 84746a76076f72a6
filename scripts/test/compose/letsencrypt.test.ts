import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import jwt from 'jsonwebtoken';
import type { ServerProcess } from '../../../app/test/helpers/servers/server-process.js';
import { until } from '../../../app/test/helpers/wait.js';
import { startNamed, type TsigKey } from '../acme/helpers/named.js';
import { ResumingClient } from '../commands/helpers/resuming-client.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { ContainerStack } from './helpers/container-stack.js';
import { docker } from './helpers/docker.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';
import { Fleet } from './helpers/fleet.js';
import { faultsOf, look } from './helpers/inspection.js';
import { Newcomers } from './helpers/newcomers.js';
import { type ReachablePebble, reachableAddress, startReachablePebble } from './helpers/pebble.js';

/** Milliseconds for what a busy machine may take its time for. */
const patience = 120_000;

for (const proxy of ['nginx', 'traefik', 'none'] as const)
  describeOnEngine(`Certificates of an ACME CA in containers, PROXY=${proxy}`, function () {
    this.timeout(startPatience);
    let stack: ContainerStack;
    let pebble: ReachablePebble;
    let said: string;

    before(async () => {
      await image();
      stack = await ContainerStack.prepare({ PROXY: proxy });
      pebble = await startReachablePebble(stack);
      said = await stack.up(...pebble.settings);
      stack.identity = { host: pebble.domain, ca: await pebble.root() };
    });
    after(async () => {
      await stack?.remove();
      await pebble?.stop();
      await removeScratches();
    });

    const live = () => new X509Certificate(stack.one.read('certs/live', pebble.domain, 'fullchain.pem'));
    const token = () =>
      jwt.sign({ user_id: 'u1' }, stack.one.secrets.JWT_SECRET_KEY ?? '', { expiresIn: '1h' });
    const lives = async () =>
      (await stack.containers()).map(({ Id, State }) => `${Id} ${State.StartedAt}`).sort();
    const renew = async (...words: string[]) => {
      const before = live().serialNumber;
      const { code, all } = await stack.make('renew', 'FORCE=1', ...words);
      assert.equal(code, 0, all);
      assert.match(all, /certificate renewed/);
      assert.match(all, /served as on disk/);
      assert.notEqual(live().serialNumber, before);
    };

    it('come by themselves at the first start, and are served', async () => {
      assert.match(said, /wss:\/\/hermes\.test/);
      const { all, code } = await stack.make('certs');
      assert.equal(code, 0, all);
      assert.match(all, /issuer +.*Pebble/);
      assert.match(all, /wire +served as on disk/);
      const status = await stack.make('status');
      assert.match(status.all, /certbot-1 .*healthy/);
      const port = proxy === 'none' ? stack.one.ports.app : stack.one.ports.https;
      const client = await ResumingClient.start({
        ...stack.wss,
        url: `wss://localhost:${port}`,
        token: token(),
      });
      await client.end();
    });

    it('are renewed by a container that is as hardened as the others', async () => {
      const [certbot] = await stack.containers('certbot');
      assert(certbot);
      assert.deepEqual(faultsOf(await look(certbot), proxy === 'none' ? 'app' : 'proxy'), []);
    });

    if (proxy === 'none') {
      it('are taken up by the app by itself', async () => {
        const before = await lives();
        await renew();
        assert.deepEqual(await lives(), before);
      });
    } else {
      it('are renewed twice under 100 clients, and nobody notices', async () => {
        const before = await lives();
        const fleet = await Fleet.start(stack, 100);
        const newcomers = new Newcomers({ ...stack.wss, token: token() });
        try {
          await fleet.begin();
          for (const _ of [1, 2]) {
            await renew();
            await fleet.afterwards(20);
          }
          await newcomers.stop();
          await fleet.assertComplete();
          const dropped = fleet.clients.flatMap(({ closeCodes }) => closeCodes);
          assert.deepEqual({ dropped, refused: newcomers.refused }, { dropped: [], refused: [] });
          assert(newcomers.welcomed > 0);
        } finally {
          await newcomers.stop();
          await fleet.end();
        }
        assert.deepEqual(await lives(), before);
      });
    }

    if (proxy === 'nginx')
      it('are let go of at once in the middle of a run, which begins anew later', async () => {
        const [certbot] = await stack.containers('certbot');
        assert(certbot);
        const serial = live().serialNumber;
        pebble.server.pause();
        try {
          // Without a record the look is due now.
          rmSync(stack.one.at('certs/renewals.json'));
          const runs = async () =>
            /\/certbot certonly/.test(await docker('top', certbot.Id, '-eo', 'pid,args'));
          await until(runs, () => 'certbot at work', patience, 200);
          await docker('stop', '--time', '60', certbot.Id);
        } finally {
          pebble.server.resume();
        }
        const [stopped] = await stack.containers('certbot');
        // Killed would be 137.
        assert.equal(stopped?.State.ExitCode, 0);
        await docker('start', certbot.Id);
        await until(
          async () => (await stack.containers('certbot'))[0]?.State.Health?.Status === 'healthy',
          () => 'certbot, healthy again',
          patience,
          500,
        );
        assert.equal(live().serialNumber, serial);
        await renew();
      });

    it('go down with everything else', async () => {
      const { code, all } = await stack.make('down');
      assert.equal(code, 0, all);
      assert.deepEqual(await stack.left(), { containers: [], networks: [], processes: [] });
    });
  });

describeOnEngine('A first certificate that cannot be had', function () {
  this.timeout(startPatience);
  let stack: ContainerStack;

  before(async () => {
    await image();
    stack = await ContainerStack.prepare({ PROXY: 'nginx' });
  });
  after(async () => {
    await stack?.remove();
    await removeScratches();
  });

  it('is told in a line, and nothing stays up', async () => {
    // Nobody listens there.
    const nowhere = ['TLS=letsencrypt', 'DOMAIN=hermes.test', 'ACME_DIRECTORY=https://127.0.0.1:9/dir'];
    const { code, all } = await stack.make('up', 'ENGINE=docker', ...nowhere);
    assert.notEqual(code, 0, all);
    assert.match(all, /^.*127\.0\.0\.1:9.*$/m);
    assert.match(all, /→ correct that, then: make up/);
    assert.doesNotMatch(all, /^ {4}at /m);
    assert.deepEqual(await stack.left(), { containers: [], networks: [], processes: [] });
  });
});

const key: TsigKey = {
  name: 'hermes',
  record: '_acme-challenge.hermes.test',
  secret: 'c2VjcmV0LW9mLXRoZS10ZXN0cy1vbmx5LTMyLWJ5dGU=',
};

describeOnEngine('Certificates of an ACME CA that asks the DNS, in containers', function () {
  this.timeout(startPatience);
  let stack: ContainerStack;
  let dns: ServerProcess;
  let pebble: ReachablePebble;
  let settings: readonly string[];

  before(async () => {
    await image();
    stack = await ContainerStack.prepare({ PROXY: 'nginx' });
    const address = await reachableAddress();
    dns = await startNamed('test', [`hermes A ${address}`], key, address);
    pebble = await startReachablePebble(stack, {
      domain: '*.hermes.test,hermes.test',
      resolver: `${address}:${dns.port}`,
    });
    const credentials = { server: address, port: dns.port, name: key.name, secret: key.secret };
    const lines = Object.entries({ ...credentials, algorithm: 'HMAC-SHA256' }).map(
      ([name, value]) => `dns_rfc2136_${name} = ${value}\n`,
    );
    writeFileSync(stack.one.at('rfc2136.ini'), lines.join(''), { mode: 0o600 });
    settings = [
      ...pebble.settings,
      'ACME_CHALLENGE=dns-01',
      'ACME_DNS_PLUGIN=rfc2136',
      'ACME_DNS_CREDENTIALS=rfc2136.ini',
      'ACME_DNS_PROPAGATION=0s',
    ];
  });
  after(async () => {
    await stack?.remove();
    await Promise.all([pebble?.stop(), dns?.stop()]);
    await removeScratches();
  });

  const live = () => new X509Certificate(stack.one.read('certs/live/hermes.test/fullchain.pem'));
  const greet = async (host: string) => {
    const token = jwt.sign({ user_id: 'u1' }, stack.one.secrets.JWT_SECRET_KEY ?? '', { expiresIn: '1h' });
    stack.identity = { host, ca: await pebble.root() };
    const client = await ResumingClient.start({ ...stack.wss, token });
    await client.end();
  };

  it('cover a wildcard and its own name, are renewed, and publish no port', async () => {
    await stack.up(...settings);
    assert.deepEqual(live().subjectAltName?.split(', ').sort(), ['DNS:*.hermes.test', 'DNS:hermes.test']);
    for (const host of ['hermes.test', 'one.hermes.test']) await greet(host);
    const { serialNumber } = live();
    const { code, all } = await stack.make('renew', 'FORCE=1');
    assert.equal(code, 0, all);
    assert.match(all, /certificate renewed[\s\S]*served as on disk/);
    assert.notEqual(live().serialNumber, serialNumber);
    const [certbot] = await stack.containers('certbot');
    assert(certbot);
    assert.deepEqual(faultsOf(await look(certbot), 'proxy'), []);
    // What was made there for the CA is gone.
    assert.match(dns.output, /_acme-challenge\.hermes\.test.* TXT/);
    assert.match(dns.output, /delet/);
  });
});
