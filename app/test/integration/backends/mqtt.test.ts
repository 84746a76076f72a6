import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { execa } from 'execa';
import mqtt, { type MqttClient } from 'mqtt';
import { writePair } from '../../helpers/certificates.js';
import { capturedUplinks } from '../../helpers/fixtures.js';
import { freePort, startProcess } from '../../helpers/process.js';
import { startMosquitto } from '../../helpers/servers/mosquitto.js';
import { startRedis } from '../../helpers/servers/redis.js';
import type { ServerProcess } from '../../helpers/servers/server-process.js';
import { newFolder, type RunningService, startService } from '../../helpers/service.js';
import { until } from '../../helpers/wait.js';

const topic = 'application/a1/device/d1/event/up';

/** A body as ChirpStack sends it, whose frame counter tells which one it is. */
function event(fCnt: number): string {
  const [body] = capturedUplinks();
  return JSON.stringify({ ...body, fCnt, deduplicationId: `event ${fCnt}` });
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
const connected = (service: RunningService) =>
  until(
    async () => (await service.get('/health/ready', {})).status === 200,
    () => 'the broker',
  );

describe('uplinks over MQTT', function () {
  this.timeout(120_000);
  let redis: ServerProcess;
  let broker: ServerProcess;
  let chirpstack: MqttClient;
  before(async () => {
    [redis, broker] = await Promise.all([startRedis(), startMosquitto()]);
    chirpstack = await mqtt.connectAsync(broker.url, { clientId: 'chirpstack' });
  });
  after(async () => {
    await chirpstack.endAsync(true);
    await Promise.all([redis.stop(), broker.stop()]);
  });
  const start = (name: string, more: Record<string, string> = {}) =>
    startService({
      BUS_URL: redis.url,
      MQTT_URL: broker.url,
      BUS_PREFIX: name,
      MQTT_CLIENT_ID: name,
      ...more,
    });
  const publish = (numbers: readonly number[]) =>
    Promise.all(numbers.map((fCnt) => chirpstack.publishAsync(topic, event(fCnt), { qos: 1 })));

  it('reach the sockets as uplinks', async () => {
    const service = await start('plain');
    await connected(service);
    const client = await service.open('/ws', { is_superuser: true });
    await publish([0, 1]);
    const frames = await client.take(2);
    assert.deepEqual(
      frames.map(({ type, f_cnt }) => [type, f_cnt]),
      [
        ['uplink', 0],
        ['uplink', 1],
      ],
    );
    await client.end();
    await service.stop();
  });

  it('are shared by two instances, each taken by one', async () => {
    const names = ['left', 'right'];
    const services = await Promise.all(names.map((name) => start('shared', { MQTT_CLIENT_ID: name })));
    await Promise.all(services.map(connected));
    const [left, right] = services as [RunningService, RunningService];
    const client = await left.open('/ws', { is_superuser: true });
    await publish(range(0, 100));
    const got = (await client.take(100)).map(({ f_cnt }) => Number(f_cnt));
    assert.deepEqual(
      got.sort((a, b) => a - b),
      range(0, 100),
    );
    const taken = await Promise.all(
      [left, right].map((one) => one.metric('hermes_messages_published_total')),
    );
    assert.equal((taken[0] ?? 0) + (taken[1] ?? 0), 100);
    assert.ok(
      taken.every((count) => count > 0),
      `${taken}`,
    );
    await client.end();
    await Promise.all([left.stop(), right.stop()]);
  });

  it('that are none are counted, and the next one is taken', async () => {
    const service = await start('bad');
    await connected(service);
    const client = await service.open('/ws', { is_superuser: true });
    const bad = ['', 'not JSON', '[]', '{}', 'null', Buffer.from([0xff, 0xfe]), '{"deviceInfo":{}}'];
    for (const payload of bad) await chirpstack.publishAsync(topic, payload, { qos: 1 });
    await publish([7]);
    assert.equal((await client.next()).f_cnt, 7);
    assert.equal(await service.metric('hermes_mqtt_rejected_total'), bad.length);
    assert.deepEqual(await client.settled(), []);
    await client.end();
    await service.stop();
  });

  it('wait at the broker while Redis is away: none is missing after it, and none comes twice', async () => {
    const service = await start('outage');
    await connected(service);
    const client = await service.open('/ws', { is_superuser: true });
    await publish(range(0, 20));
    await client.take(20);
    const publishing = publish(range(20, 200));
    await redis.kill();
    await publishing;
    await publish(range(200, 300));
    await redis.start();
    const got = (await client.take(280)).map(({ f_cnt }) => Number(f_cnt));
    assert.deepEqual(
      got.sort((a, b) => a - b),
      range(20, 300),
    );
    assert.deepEqual(await client.settled(), []);
    await client.end();
    await service.stop();
  });

  it('wait for an app that is down', async () => {
    const before = await start('down');
    await connected(before);
    const since = await before.publish({ dev_eui: 'other' });
    await before.stop();
    await publish(range(0, 50));
    const after = await start('down');
    const client = await after.open(`/ws?since=${since}`, { is_superuser: true });
    const got = (await client.take(50)).map(({ f_cnt }) => Number(f_cnt));
    assert.deepEqual(
      got.sort((a, b) => a - b),
      range(0, 50),
    );
    await client.end();
    await after.stop();
  });

  it('come again when the broker does, which delays nothing else', async () => {
    const port = await freePort();
    const service = await start('late', { MQTT_URL: `mqtt://127.0.0.1:${port}` });
    const unready = await service.get('/health/ready', {});
    assert.deepEqual([unready.status, unready.json.parts.bus], [503, 'ok']);
    assert.match(unready.json.parts.mqtt, /broker is away/);
    await service.publish();
    const late = await startMosquitto({ port });
    await connected(service);
    const sender = await mqtt.connectAsync(late.url);
    const client = await service.open('/ws', { is_superuser: true });
    for (const [fCnt, end] of [
      [1, 'kill'],
      [2, 'stop'],
    ] as const) {
      await sender.publishAsync(topic, event(fCnt), { qos: 1 });
      assert.equal((await client.next()).f_cnt, fCnt);
      await late[end]();
      await until(
        async () => (await service.get('/health/ready', {})).status === 503,
        () => 'the loss',
      );
      await late.start();
      await connected(service);
    }
    await sender.publishAsync(topic, event(3), { qos: 1 });
    assert.equal((await client.next()).f_cnt, 3);
    await Promise.all([sender.endAsync(true), client.end()]);
    await service.stop();
    await late.stop();
  });

  it('need the name and the password, and a certificate that MQTT_CA_FILE vouches for', async () => {
    const dir = newFolder();
    const { keyFile, certFile } = await writePair(dir, 'broker');
    const passwords = join(dir, 'passwords');
    await execa('mosquitto_passwd', ['-c', '-b', passwords, 'hermes', 'p@ss']);
    const secure = await startMosquitto({
      anonymous: false,
      config: [`password_file ${passwords}`, `certfile ${certFile}`, `keyfile ${keyFile}`],
    });
    const url = (user: string) => `mqtts://${user}@localhost:${secure.port}`;
    const good = { MQTT_URL: url('hermes:p%40ss'), MQTT_CA_FILE: certFile };
    const service = await start('secure', good);
    await connected(service);
    const wrong = await start('secure', { ...good, MQTT_URL: url('hermes:wrong'), MQTT_CLIENT_ID: 'wrong' });
    const untrusting = await startService({
      BUS_URL: redis.url,
      MQTT_URL: good.MQTT_URL,
      MQTT_CLIENT_ID: 'untrusting',
    });
    await until(
      () => /not authorised/i.test(secure.output) && /alert unknown ca|SSL/i.test(secure.output),
      () => `two refusals: ${secure.output}`,
    );
    for (const refused of [wrong, untrusting]) {
      assert.equal((await refused.get('/health/ready', {})).status, 503);
      await refused.publish();
      await refused.stop();
    }
    await service.stop();
    await secure.stop();
  });

  it('are flushed by a stop: it exits with 0, and what it had not taken comes to the next one', async () => {
    const environment = {
      BUS_URL: redis.url,
      MQTT_URL: broker.url,
      BUS_PREFIX: 'term',
      MQTT_CLIENT_ID: 'term',
    };
    const { app, target } = await startProcess(environment);
    await until(
      async () => (await target.get('/health/ready', {})).status === 200,
      () => 'the broker',
    );
    const since = await target.publish({ dev_eui: 'other' });
    const publishing = publish(range(0, 500));
    await until(
      async () => (await target.metric('hermes_messages_published_total')) > 50,
      () => 'messages',
    );
    assert.equal(await app.end('SIGTERM'), 0);
    await publishing;
    const next = await start('term');
    const client = await next.open(`/ws?since=${since}`, { is_superuser: true });
    const got = (await client.take(500)).map(({ f_cnt }) => Number(f_cnt));
    assert.deepEqual(
      got.sort((a, b) => a - b),
      range(0, 500),
    );
    assert.deepEqual(await client.settled(), []);
    await client.end();
    await next.stop();
  });
});
