import { strict as assert } from 'node:assert';
import { Redis } from 'ioredis';
import { startRedis } from '../../helpers/servers/redis.js';
import type { ServerProcess } from '../../helpers/servers/server-process.js';
import { type RunningService, startService } from '../../helpers/service.js';
import { token } from '../../helpers/tokens.js';

const mapping = 'device_tenant_mapping';

describe('devices of several instances', () => {
  let server: ServerProcess;
  let redis: Redis;
  let one: RunningService;
  let other: RunningService;
  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    [one, other] = await Promise.all([
      startService({ BUS_URL: server.url }),
      startService({ BUS_URL: server.url, DEVICE_REASSIGN: 'true' }),
    ]);
  });
  after(async () => {
    await Promise.all([one.stop(), other.stop()]);
    redis.disconnect();
    await server.stop();
  });
  const post = (service: RunningService, tenant_id: string, dev_eui: string) =>
    service.post('/messages', { tenant_id, dev_eui, payload: {} });
  const knock = (service: RunningService, dev_eui: string) =>
    service.knock(`/ws/device/${dev_eui}`, { token: token() });

  it('belong to whose uplink came first, at every instance', async () => {
    assert.equal((await post(one, 't1', 'AA01')).status, 202);
    assert.equal(await redis.hget(mapping, 'aa01'), 't1');
    assert.equal((await knock(other, 'aa01')).status, 101);
    assert.equal((await post(one, 't2', 'aa01')).status, 409);
    assert.equal(await one.metric('hermes_device_conflicts_total'), 1);
    assert.equal(await redis.hget(mapping, 'aa01'), 't1');
  });

  it('have one owner however many ask at once', async () => {
    const tenants = Array.from({ length: 20 }, (_, n) => `t${n}`);
    const answers = await Promise.all(tenants.map((tenant) => post(one, tenant, 'aa02')));
    assert.equal(answers.filter(({ status }) => status === 202).length, 1);
    assert.equal(answers.filter(({ status }) => status === 409).length, 19);
  });

  it('move with DEVICE_REASSIGN', async () => {
    await post(one, 't1', 'aa03');
    assert.equal((await post(other, 't2', 'aa03')).status, 202);
    assert.equal((await knock(one, 'aa03')).status, 403);
    assert.equal((await post(one, 't1', 'aa03')).status, 409);
  });

  it('are refused with a hint when unknown', async () => {
    const { status, json } = await knock(one, 'ffff');
    assert.equal(status, 403);
    assert.match(json.hint, /first uplink/);
  });

  for (const written of ['a84041000181c061', 'A84041000181C062', 'A84041000181c063']) {
    it(`are known as the service before wrote them: ${written}`, async () => {
      await redis.hset(mapping, written, 't1');
      assert.equal((await knock(one, written)).status, 101);
      assert.equal((await post(one, 't2', written)).status, 409);
      assert.equal((await post(one, 't1', written)).status, 202);
    });
  }

  it('that moved are not held by an older entry', async () => {
    await redis.hset(mapping, 'A84041000181C064', 't1');
    assert.equal((await post(other, 't2', 'A84041000181C064')).status, 202);
    assert.equal((await knock(one, 'A84041000181C064')).status, 403);
  });
});
