import { strict as assert } from 'node:assert';
import type { Frame } from '../helpers/client.js';
import { type RunningService, startService } from '../helpers/service.js';
import { token } from '../helpers/tokens.js';
import { until } from '../helpers/wait.js';

const channels = ['/ws', '/ws/notifications', '/ws/tenant/t1', '/ws/device/d1'];

/** What people and attackers type, and the code of the error they get. */
const nonsense: Readonly<Record<string, string>> = {
  '': 'not-json',
  ping: 'not-json',
  '{"action":"ping"': 'not-json',
  '{"__proto__":{"action":"ping"}}': 'not-json',
  '{"action":"ping","__proto__":{"isAdmin":true}}': 'not-json',
  null: 'not-an-action',
  '[]': 'not-an-action',
  '0': 'not-an-action',
  '{}': 'not-an-action',
  '{"action":"__proto__"}': 'unknown-action',
  '{"action":"constructor","device":"d1"}': 'unknown-action',
  '{"action":{}}': 'unknown-action',
  '{"action":"broadcast","message":"hello"}': 'unknown-action',
  '{"action":"subscribe"}': 'bad-device',
  '{"action":"subscribe","device":{"toString":"d1"}}': 'bad-device',
  '{"action":"subscribe","device":["d1"]}': 'bad-device',
  '{"action":"unsubscribe","device":null}': 'bad-device',
  [`{"action":"sub","device":"${'x'.repeat(60_000)}"}`]: 'bad-device',
  ['['.repeat(60_000)]: 'not-json',
  [`${'['.repeat(32_000)}${']'.repeat(32_000)}`]: 'not-an-action',
};

describe('an action', () => {
  let running: RunningService;
  before(async () => {
    running = await startService({ SUBSCRIPTIONS_PER_SOCKET: '3' });
    for (const dev_eui of ['d1', 'd3', 'd4', 'd5', 'ABCD'])
      await running.publish({ tenant_id: 't1', dev_eui });
    await running.publish({ tenant_id: 't2', dev_eui: 'd2' });
  });
  after(() => running.stop());

  for (const path of channels) {
    it(`ping is answered on ${path}, and ack is taken without a word`, async () => {
      const client = await running.open(path);
      client.send({ action: 'ack', notification_id: '1764000000000-000000' });
      client.send({ action: 'ack' });
      assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
      assert.deepEqual(await client.settled(), []);
      await client.end();
    });

    it(`that makes no sense is answered with an error on ${path}, and reaches nobody else`, async () => {
      const others = await Promise.all(channels.map((other) => running.open(other)));
      const superuser = await running.open('/ws', { user_id: 'root', is_superuser: true });
      const client = await running.open(path);
      for (const [text, code] of Object.entries(nonsense)) {
        client.send(text);
        const { type, code: given, message } = await client.next();
        assert.deepEqual([type, given, typeof message], ['error', code, 'string'], text.slice(0, 80));
      }
      for (const other of [...others, superuser]) {
        assert.deepEqual(await other.settled(), []);
        await other.end();
      }
      await client.end();
    });
  }

  for (const path of channels.slice(1)) {
    for (const action of ['subscribe', 'unsubscribe']) {
      it(`${action} on ${path} is an error that says where it works`, async () => {
        const client = await running.open(path);
        const { type, message } = await client.ask({ action, device: 'd1' });
        assert.equal(type, 'error');
        assert.match(String(message), /\/ws only/);
        await client.end();
      });
    }
  }

  for (const [on, off] of [
    ['subscribe', 'unsubscribe'],
    ['sub', 'unsub'],
  ] as const) {
    it(`${on} adds a device once, ${off} takes it away`, async () => {
      const client = await running.open('/ws', { user_id: 'root', is_superuser: true });
      const topics = () => running.metric('hermes_topics');
      const before = await topics();
      for (const device of ['d1', 'D1']) {
        assert.deepEqual(await client.ask({ action: on, device }), { type: 'subscribed', device });
        assert.equal(await topics(), before + 1);
      }
      await running.publish();
      assert.equal((await client.settled()).length, 1);
      assert.deepEqual(await client.ask({ action: off, device: 'd1' }), {
        type: 'unsubscribed',
        device: 'd1',
      });
      assert.equal(await topics(), before);
      await client.end();
    });
  }

  it('subscribe echoes the device as it was given, and finds it in any case', async () => {
    const client = await running.open('/ws', { cs_tenant_id: 't1' });
    for (const device of ['abcd', 'ABCD', 'aBcD']) {
      assert.deepEqual(await client.ask({ action: 'sub', device }), { type: 'subscribed', device });
    }
    await running.publish({ dev_eui: 'AbCd' });
    assert.equal((await client.settled()).length, 1);
    await client.end();
  });

  it('subscribe and unsubscribe of a foreign or unknown device is refused, in the same words', async () => {
    const client = await running.open('/ws');
    const answers: Frame[] = [];
    for (const action of ['subscribe', 'sub', 'unsubscribe', 'unsub']) {
      for (const device of ['d2', 'nothing', 'd1@t1', '..', '__proto__', 2, '€'.repeat(1_000)]) {
        answers.push(await client.ask({ action, device }));
      }
    }
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.equal(answers[0]?.code, 'forbidden');
    await running.publish({ tenant_id: 't2', dev_eui: 'd2' });
    assert.deepEqual(await client.settled(), []);
    await client.end();
  });

  it('subscribe of a foreign device is refused for a global user too, who has no more rights than to listen', async () => {
    const client = await running.open('/ws', { is_global: true });
    assert.equal((await client.ask({ action: 'sub', device: 'd2' })).code, 'forbidden');
    await client.end();
  });

  it('unsubscribe takes nothing away that the channel itself gives', async () => {
    const client = await running.open('/ws');
    await client.ask({ action: 'unsub', device: 'd1' });
    await running.publish();
    assert.equal((await client.settled()).length, 1);
    await client.end();
  });

  it('unsubscribe takes away what ?device= gave', async () => {
    const client = await running.open('/ws?device=d2', { is_superuser: true });
    const topics = await running.metric('hermes_topics');
    await client.ask({ action: 'unsub', device: 'D2' });
    assert.equal(await running.metric('hermes_topics'), topics - 1);
    await client.end();
  });

  it('subscribe is answered with an error beyond the limit, those of ?device= included', async () => {
    const client = await running.open('/ws?device=d1');
    for (const device of ['d3', 'd4'])
      assert.equal((await client.ask({ action: 'sub', device })).type, 'subscribed');
    assert.equal((await client.ask({ action: 'sub', device: 'd5' })).code, 'too-many');
    assert.equal(
      (await client.ask({ action: 'sub', device: 'D1' })).type,
      'subscribed',
      'it has that one already',
    );
    await client.ask({ action: 'unsub', device: 'd3' });
    assert.equal((await client.ask({ action: 'sub', device: 'd5' })).type, 'subscribed');
    await client.end();
  });

  it('?device= beyond the limit is refused before the upgrade', async () => {
    const path = '/ws?device=d1&device=d3&device=d4&device=d5';
    assert.equal((await running.knock(path, { token: token() })).status, 400);
  });

  it('is answered in the order it came, also when a thousand come at once', async () => {
    const client = await running.open('/ws');
    const expected: Frame[] = [];
    for (let n = 0; n < 1_000; n += 1) {
      const [frame, answer] = [
        [{ action: 'ping' }, { action: 'pong' }],
        [
          { action: 'sub', device: 'd1' },
          { type: 'subscribed', device: 'd1' },
        ],
        [
          { action: 'unsub', device: 'D1' },
          { type: 'unsubscribed', device: 'D1' },
        ],
        ['x', { type: 'error', code: 'not-json', message: 'the frame is not JSON' }],
      ][n % 4] as [unknown, Frame];
      client.send(frame);
      expected.push(answer);
    }
    assert.deepEqual(await client.take(1_000), expected);
    await client.end();
  });

  it('that is on its way when its socket closes leaves nothing behind', async () => {
    for (let n = 0; n < 50; n += 1) {
      const client = await running.open('/ws');
      for (const device of ['d1', 'd3', 'd4']) client.send({ action: 'sub', device });
      client.socket.terminate();
    }
    await until(
      async () => (await running.metric('hermes_connections')) === 0,
      () => 'the connections to be gone',
    );
    assert.equal(await running.metric('hermes_topics'), 0);
    assert.equal(await running.metric('hermes_faults_total'), 0);
  });
});
