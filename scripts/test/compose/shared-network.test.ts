import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { inDays, type PairFiles, writePair } from '../../../app/test/helpers/certificates.js';
import { until } from '../../../app/test/helpers/wait.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { type Receiver, startReceiver } from '../watch/helpers/receiver.js';
import { ContainerStack } from './helpers/container-stack.js';
import { docker } from './helpers/docker.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';
import { faultsOf, look } from './helpers/inspection.js';
import { reachableAddress } from './helpers/pebble.js';

/** Milliseconds for what a busy machine may take its time for. */
const patience = 90_000;

/** As a real device has sent it, by ChirpStack v4. */
const [line = ''] = readFileSync(`${projectRoot}/app/test/data/chirpstack-uplinks.ndjson`, 'utf8').split(
  '\n',
);
const { deviceInfo, ...captured } = JSON.parse(line);
/** One more of the same device, which a member of the tenant `t1` gets. */
const uplink = () =>
  JSON.stringify({
    ...captured,
    deduplicationId: randomUUID(),
    deviceInfo: { ...deviceInfo, tenantId: 't1' },
  });

/** Run in a container: publishes it with QoS 1, and prints what the broker says. */
const publish = `
  const client = require('mqtt').connect(process.env.URL, { protocolVersion: 5, reconnectPeriod: 0 });
  const end = (said) => { console.log(said); client.end(true); };
  client.on('error', (error) => end(error.message));
  client.on('connect', () => client.publish('application/a1/device/d1/event/up', process.env.BODY, { qos: 1 },
    (error) => end(error ? error.message : 'taken')));
`;

describeOnEngine('A network of others, with a broker, own certificates and a webhook', function () {
  this.timeout(startPatience);
  const network = `hermes-others-${randomUUID().slice(0, 8)}`;
  let stack: ContainerStack;
  let receiver: Receiver;
  let old: PairFiles;

  before(async () => {
    await Promise.all([build(), image()]);
    await docker('network', 'create', '--internal', network);
    receiver = await startReceiver(await reachableAddress());
    stack = await ContainerStack.prepare({
      DOCKER_NETWORK: network,
      STAGE: 'staging',
      SERVICES: 'mqtt',
      TLS: 'files',
      DOMAIN: 'localhost',
      SSL_CERTFILE: 'own.crt',
      SSL_KEYFILE: 'own.key',
      ALERT_WEBHOOK: receiver.url,
    });
    // Good, but a quarter of its life is all that is left.
    old = await writePair(stack.one.root, 'own', { notBefore: inDays(-60), notAfter: inDays(20) });
    await stack.up();
    stack.identity = { host: 'localhost', ca: old.cert };
  });
  after(async () => {
    await stack?.remove();
    await docker('network', 'rm', network);
    await receiver?.close();
    await removeScratches();
  });

  const connect = ({ cert: ca }: PairFiles) => stack.one.connect(undefined, { ca });
  const publishAs = async (url: string) =>
    docker(
      ...['run', '--rm', '--network', network, '--env', `URL=${url}`, '--env', `BODY=${uplink()}`],
      ...[await image(), '-e', publish],
    );
  const asChirpStack = (password: string) => publishAs(`mqtt://chirpstack:${password}@hermes-mqtt:1883`);

  it('has the app as hermes:5000, also when the printed line was run by hand', async () => {
    assert.match(stack.line, /network-external\.yaml .*stage-staging\.yaml /);
    await stack.byLine();
    const program = `fetch('http://hermes:5000/health/ready').then((a) => a.text()).then((t) => console.log(t))`;
    const said = await docker('run', '--rm', '--network', network, await image(), '-e', program);
    assert.equal(JSON.parse(said).status, 'ready');
    await (await connect(old)).end();
  });

  it('is hardened in every container', async () => {
    const looks = await Promise.all((await stack.containers()).map(look));
    assert(looks.some(({ service }) => service === 'mqtt'));
    assert.deepEqual(
      looks.flatMap((one) => faultsOf(one, 'proxy')),
      [],
    );
  });

  it('brings what ChirpStack publishes there to a client', async () => {
    const client = await connect(old);
    assert.equal(await asChirpStack(stack.one.secrets.MQTT_PASSWORD ?? ''), 'taken');
    const frame = await client.next();
    assert.deepEqual([frame.type, frame.dev_eui], ['uplink', deviceInfo.devEui]);
    await client.end();
  });

  it('lets nobody publish without a password, nor as the app', async () => {
    assert.match(await asChirpStack('wrong'), /[Nn]ot authorized|Bad user/);
    const app = stack.one.read('.hermes/secrets/MQTT_URL').replace('@mqtt:', '@hermes-mqtt:');
    assert.match(await publishAs(app), /[Nn]ot authorized/);
  });

  it('keeps what ChirpStack publishes while the app is made anew, over a restart of the broker', async () => {
    const password = stack.one.secrets.MQTT_PASSWORD ?? '';
    const [app] = await stack.containers('app');
    await docker('rm', '--force', app?.Id ?? '');
    assert.equal(await asChirpStack(password), 'taken');
    const [broker] = await stack.containers('mqtt');
    await docker('restart', broker?.Id ?? '');
    await until(
      async () => (await asChirpStack(password)) === 'taken',
      () => 'the broker, listening',
      patience,
    );
    await stack.byLine();
    const path = `/messages/last?dev_eui=${deviceInfo.devEui}`;
    const count = async () => (await stack.ask(path)).json.length;
    await until(
      async () => (await count()) === 3,
      () => 'three uplinks in the history',
      patience,
      200,
    );
  });

  it('tells the webhook that the certificate runs out, under the name of this host', async () => {
    await until(
      () => receiver.notices.some(({ event }) => event === 'life-below-third'),
      () => `the alarm, not ${JSON.stringify(receiver.notices)}`,
      patience,
    );
    for (const { host, name } of receiver.notices)
      assert.deepEqual({ host, name }, { host: hostname(), name: 'localhost' });
  });

  it('says that the operator brings certificates, and takes them over by `make renew`', async () => {
    const before = await stack.make('certs');
    assert.notEqual(before.code, 0);
    assert.match(before.all, /renewal-yours: .*no renewal is in sight/);
    assert.match(before.all, /→ put it where SSL_CERTFILE and SSL_KEYFILE point, then: make renew$/m);
    assert.doesNotMatch(before.all, /within a minute/);
    assert.equal((await stack.containers('renewal')).length, 0);

    const client = await connect(old);
    const fresh = await writePair(stack.one.root, 'own', { notAfter: inDays(60) });
    const { code, all } = await stack.make('renew');
    assert.equal(code, 0, all);
    assert.match(all, /served as on disk/);
    await (await connect(fresh)).end();
    assert.deepEqual(await client.settled(), []);
    await client.end();
    assert.equal((await stack.make('certs')).code, 0);

    // It looks once a minute, and at its start.
    const [watch] = await stack.containers('watch');
    await docker('restart', watch?.Id ?? '');
    await until(
      () => receiver.notices.some(({ event, host }) => event === 'recovered' && host === hostname()),
      () => 'the end of the alarm',
      patience,
    );
  });
});
