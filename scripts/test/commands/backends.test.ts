import assert from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { MongoClient } from 'mongodb';
import mqtt from 'mqtt';
import { startMosquitto } from '../../../app/test/helpers/servers/mosquitto.js';
import { startMongod } from '../../src/servers/mongod.js';
import { startRedis } from '../../src/servers/redis.js';
import type { ServerProcess } from '../../src/servers/server-process.js';
import { newFolder } from '../../src/servers/temporary-folder.js';
import { build } from './helpers/build.js';
import { assertNothingStarted } from './helpers/fault.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

const password = 'right/p@ss';
const topic = 'application/a1/device/d1/event/up';

describe('hermes up with servers of the operator’s own', function () {
  this.timeout(120_000);
  let redis: ServerProcess;
  let mongod: ServerProcess;
  let broker: ServerProcess;
  let one: Scratch;
  before(async () => {
    await build();
    const passwords = join(newFolder(), 'passwords');
    await execa('mosquitto_passwd', ['-c', '-b', passwords, 'hermes', password]);
    [redis, mongod, broker] = await Promise.all([
      startRedis({ args: ['--requirepass', password] }),
      startMongodWithUser(),
      startMosquitto({ anonymous: false, config: [`password_file ${passwords}`] }),
    ]);
  });
  after(() => Promise.all([redis, mongod, broker].map((server) => server?.stop())));
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  /** The settings that name them, with this user information. */
  const settings = (user: string) => ({
    REDIS_URL: redis.url.replace('//', `//${user.replace('hermes', '')}`),
    MONGO_URI: `${mongod.url.replace('//', `//${user}`)}/hermes?authSource=admin`,
    MQTT_URL: broker.url.replace('//', `//${user}`),
  });
  const right = () => settings(`hermes:${encodeURIComponent(password)}@`);
  const words = (given: Record<string, string>) =>
    Object.entries(given).map(([key, value]) => `${key}=${value}`);

  it('uses them: an uplink from the broker reaches a socket and the history', async () => {
    await one.up(...words(right()));
    const client = await one.connect();
    const chirpstack = await mqtt.connectAsync(broker.url, { username: 'hermes', password });
    const event = { deviceInfo: { devEui: 'd1', tenantId: 't1' }, fCnt: 7, object: {} };
    await chirpstack.publishAsync(topic, JSON.stringify(event), { qos: 1 });
    await chirpstack.endAsync();
    const { id, f_cnt } = await client.next();
    assert.equal(f_cnt, 7);
    const history = await fetch(`http://127.0.0.1:${one.ports.app}/messages/last?dev_eui=d1`, {
      headers: { 'X-API-Key': one.secrets.SERVICE_API_KEY ?? '' },
    });
    const [last] = (await history.json()) as { id: string }[];
    assert.equal(last?.id, id);
    await client.end();
  });

  for (const [key, server, says] of [
    ['REDIS_URL', 'Redis', /WRONGPASS/],
    ['MONGO_URI', 'MongoDB', /Authentication failed/],
    ['MQTT_URL', 'the MQTT broker', /Not authorized/],
  ] as const) {
    it(`names a wrong password: ${key}`, async () => {
      const given = { ...right(), [key]: settings('hermes:not-shown@')[key] };
      const run = await one.hermes('up', ...words(given));
      const line = new RegExp(`^${server} at 127\\.0\\.0\\.1:\\d+ cannot be used: .*${says.source}`, 'mi');
      assertNothingStarted(one, run, line, new RegExp(`^ *→ .*password.*${key}`, 'm'));
      assert.doesNotMatch(run.all, /not-shown|right/);
    });

    it(`names a password that is missing: ${key}`, async () => {
      const run = await one.hermes('up', ...words({ ...right(), [key]: settings('')[key] }));
      const line = new RegExp(`^${server} at 127\\.0\\.0\\.1:\\d+ cannot be used: `, 'm');
      assertNothingStarted(one, run, line, new RegExp(`^ *→ .*password.*${key}`, 'm'));
    });
  }
});

async function startMongodWithUser(): Promise<ServerProcess> {
  const open = await startMongod();
  const client = await new MongoClient(open.url).connect();
  const roles = [{ role: 'readWrite', db: 'hermes' }];
  await client.db('admin').command({ createUser: 'hermes', pwd: password, roles });
  await client.close();
  await open.stop();
  return startMongod({ dir: open.dir, args: ['--auth'] });
}
