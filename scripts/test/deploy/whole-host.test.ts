import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { type Pebble, startPebble } from '../acme/helpers/pebble.js';
import { build } from '../commands/helpers/build.js';
import { image } from '../compose/helpers/engine.js';
import { Fleet } from '../compose/helpers/fleet.js';
import { describeOnOwnEngine } from '../containers/helpers/dockerd.js';
import { domain, OwnHost } from './helpers/own-host.js';
import { Registry } from './helpers/registry.js';
import { Revisions } from './helpers/revisions.js';

/** Milliseconds for what a busy machine takes long for. */
const patience = 600_000;

/** What these Compose files take from elsewhere. */
const images = ['proxy-nginx', 'bus-redis', 'store-mongo'].map((name) => {
  const text = readFileSync(join(projectRoot, 'compose', `${name}.yaml`), 'utf8');
  return /^ *image: (\w[\w.:-]+)$/m.exec(text)?.[1] ?? '';
});

/*
 * All that is between an empty host and a site in production: a user who is not root, a CA that is asked, a registry,
 * revisions of git, and a power cut.
 */
describeOnOwnEngine('make deploy to a host of its own', function () {
  this.timeout(patience);
  let host: OwnHost;
  let registry: Registry;
  let pebble: Pebble;
  let revisions: Revisions;
  let fleet: Fleet;
  let sent: ReturnType<typeof taken>;

  before(async () => {
    // The image is not used: revisions that are built later have most of it in common.
    await Promise.all([build(), image()]);
    [host, registry, revisions] = await Promise.all([
      OwnHost.start(images),
      Registry.start(),
      Revisions.make(),
    ]);
    const { network, engine } = host;
    pebble = await startPebble({
      ...{ httpPort: 80, address: network.host, answer: engine.address },
      blocked: ['blocked.test'],
    });
    host.ca = await pebble.root();
    host.put(pebble.bundle, 'acme-ca.pem');
  });
  after(async () => {
    await fleet?.end();
    await host?.remove();
    await Promise.all([registry?.remove(), pebble?.stop(), revisions?.remove()]);
  });

  const operate = (verb: string, ...words: string[]) => host.operate(revisions.command, verb, words);
  const deploy = (...words: string[]) => {
    // The registry is at the same address there, for as long as ssh is connected.
    const forward = { RemoteForward: `${registry.host} ${registry.host}` };
    return host.operate(revisions.command, 'deploy', [...words, `REGISTRY=${registry.host}/kit`], forward);
  };
  /** Deploys the last revision to the host that is empty. */
  const begin = (name: string) =>
    deploy(
      ...['--ref', 'HEAD', 'TLS=letsencrypt', 'STAGE=dev', `DOMAIN=${name}`, 'DRAIN_SECONDS=1'],
      ...['SERVICES=redis,mongo,mqtt', `ACME_DIRECTORY=${pebble.url}`, 'ACME_CA_BUNDLE=acme-ca.pem'],
      `ACME_RESOLVER=${pebble.dns}`,
    );
  /** What the containers say of the revisions that they are made from. */
  const revisionsThere = async () => {
    const ids = await host.engine.lines('ps', '--quiet');
    const all = await host.engine.inspect(ids);
    const of = (service: RegExp) => {
      const [one] = all.filter(({ Config }) =>
        service.test(Config.Labels['com.docker.compose.service'] ?? ''),
      );
      return one?.Config.Labels['monitor-hermes.test'];
    };
    return { app: of(/^app-/), certbot: of(/^certbot$/) };
  };
  const taken = (said: string) => {
    const [, layers, of] = /(\d+) of (\d+) layers taken/.exec(said) ?? [];
    return { layers: Number(layers), of: Number(of) };
  };
  const live = () => new X509Certificate(host.read('certs/live', domain, 'fullchain.pem'));

  it('says at once why the CA gives no certificate, and leaves nothing', async () => {
    const { code, all } = await begin('blocked.test');
    assert.equal(code, 1, all);
    sent = taken(all);
    assert(sent.layers >= 20, all);
    assert.match(all, /Everything around it: no certificate: .*blocked/);
    assert.match(all, /nothing is left of .*; nothing served before/);
    assert.deepEqual(await host.engine.lines('ps', '--all', '--quiet'), []);
  });

  it('begins with a certificate of the CA, by a user who is not root', async () => {
    const { code, all } = await begin(domain);
    assert.equal(code, 0, all);
    assert.match(live().issuer, /Pebble/);
    assert.deepEqual(await revisionsThere(), { app: 'first', certbot: 'first' });
    assert.deepEqual(await host.foreignFiles(), []);
    fleet = await Fleet.start({ one: host, wss: host.wss, publish: (uplink) => host.publish(uplink) }, 6);
    await fleet.begin();
  });

  it('goes on with another revision, of which the host takes what it lacks; the certificate stays', async () => {
    await revisions.commit('second');
    const { serialNumber } = live();
    const { code, all } = await deploy('--ref', 'HEAD');
    assert.equal(code, 0, all);
    // Less than half, though the first layers are by far the largest.
    const { layers } = taken(all);
    assert(layers > 0 && layers < sent.layers / 2, all);
    assert.deepEqual(await revisionsThere(), { app: 'second', certbot: 'second' });
    assert.equal(live().serialNumber, serialNumber);
    assert.deepEqual(new Set(fleet.clients.flatMap(({ closeCodes }) => closeCodes)), new Set([1012]));
  });

  it('renews there, and closes no socket', async () => {
    const { serialNumber } = live();
    const closed = () => fleet.clients.flatMap(({ closeCodes }) => closeCodes).length;
    const before = closed();
    const { code, all } = await operate('renew', '--force');
    assert.equal(code, 0, all);
    assert.match(all, /certificate renewed[\s\S]*served as on disk/);
    assert.notEqual(live().serialNumber, serialNumber);
    await fleet.afterwards(20);
    assert.equal(closed(), before);
  });

  it('leads back, and tells how things are', async () => {
    const back = await operate('rollback');
    assert.equal(back.code, 0, back.all);
    assert.deepEqual(await revisionsThere(), { app: 'first', certbot: 'first' });
    const status = await operate('status');
    assert.equal(status.code, 0, status.all);
    assert.match(status.stdout, /certbot-1 .*healthy/);
    assert.match(status.stdout, /certificate {2}hermes\.test: \d+ days left/);
    assert.match((await operate('releases')).stdout, /^before .*\nserves /);
    const logs = await operate('logs', '--no-follow', '--lines', '2');
    // The engine is asked for each at the same time, so either may come first.
    assert.match(logs.stdout, /^app-\S+ +\| /m);
    assert.match(logs.stdout, /^canary-1 +\| /m);
  });

  it('serves again after a power cut, without a command, and nothing is lost', async () => {
    const { serialNumber } = live();
    await host.engine.crash();
    await host.engine.start();
    await fleet.afterwards(20);
    await fleet.assertComplete();
    assert.equal(live().serialNumber, serialNumber);
    const states = await host.engine.lines('ps', '--all', '--format', '{{.State}}');
    assert.deepEqual([...new Set(states)], ['running']);
  });
});
