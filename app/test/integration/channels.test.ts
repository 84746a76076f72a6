import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import type { TestClient } from '../helpers/client.js';
import { type RunningService, startService } from '../helpers/service.js';
import type { Claims } from '../helpers/tokens.js';

const vectors = JSON.parse(readFileSync(new URL('../data/fernet-tokens.json', import.meta.url), 'utf8'));
const encrypted = (text: string) =>
  encodeURIComponent(vectors.tokens.find((each: { text: string }) => each.text === text).token);

const people = {
  member: { user_id: 'u1', cs_tenant_id: 't1' },
  stranger: { user_id: 'u2', cs_tenant_id: 't2' },
  tenantless: { user_id: 'u3', cs_tenant_id: null },
  global: { user_id: 'u4', cs_tenant_id: 't9', is_global: true },
  superuser: { user_id: 'u5', cs_tenant_id: null, is_superuser: true },
} satisfies Record<string, Claims>;

describe('a channel', () => {
  let running: RunningService;
  const clients: TestClient[] = [];
  before(async () => {
    running = await startService();
    await running.publish({ tenant_id: 't1', dev_eui: 'd1' });
    await running.publish({ tenant_id: 't2', dev_eui: 'd2' });
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.end())));
  after(() => running.stop());

  const open = async (path: string, claims: Claims) => {
    const client = await running.open(path, claims);
    clients.push(client);
    return client;
  };

  /** Publishes one of everything and says what each client got of it. */
  const deliveries = async (listeners: readonly TestClient[]): Promise<string[]> => {
    await running.publish({ tenant_id: 't1', dev_eui: 'd1' });
    await running.publish({ tenant_id: 't2', dev_eui: 'd2' });
    for (const user_id of ['u1', 'u2', 'u3', 'u4', 'u5']) {
      await running.post('/notify', { user_id, title: user_id, message: '' });
    }
    const settled = await Promise.all(listeners.map((client) => client.settled()));
    return settled.map((frames) => frames.map((frame) => frame.dev_eui ?? frame.title).join(' '));
  };

  const table: readonly [keyof typeof people, string, string][] = [
    ['member', '/ws/notifications', 'u1'],
    ['stranger', '/ws/notifications', 'u2'],
    ['tenantless', '/ws/notifications', 'u3'],
    ['global', '/ws/notifications', 'u4'],
    ['superuser', '/ws/notifications', 'u5'],
    ['member', '/ws', 'd1 u1'],
    ['stranger', '/ws', 'd2 u2'],
    ['tenantless', '/ws', 'u3'],
    ['global', '/ws', 'd1 d2 u4'],
    ['superuser', '/ws', 'd1 d2 u5'],
    ['member', '/ws/tenant/t1', 'd1 u1'],
    ['superuser', '/ws/tenant/t1', 'd1 u5'],
    ['superuser', '/ws/tenant/nobody', 'u5'],
    ['member', '/ws/device/d1', 'd1'],
    ['superuser', '/ws/device/d2', 'd2'],
    ['superuser', '/ws?device=d1', 'd1 d2 u5'],
    ['member', '/ws?device=d1&device=D1', 'd1 u1'],
  ];

  it('delivers to everybody what the table says, and each once', async () => {
    const listeners: TestClient[] = [];
    for (const [who, path] of table) listeners.push(await open(path, people[who]));
    const got = await deliveries(listeners);
    assert.deepEqual(
      table.map(([who, path], index) => [who, path, got[index]]),
      table.map((row) => [...row]),
    );
  });

  it('delivers the same bytes to all, whatever the channel', async () => {
    const texts: string[] = [];
    for (const path of ['/ws', '/ws/tenant/t1', '/ws/device/d1']) {
      const client = await open(path, people.member);
      client.socket.on('message', (data, isBinary) => texts.push(`${isBinary} ${data}`));
    }
    const id = await running.publish({ f_cnt: 0, payload: { t: 1.5, note: 'ñ ☃' }, metadata: null });
    await Promise.all(clients.map((client) => client.next()));
    assert.equal(texts.length, 3);
    assert.equal(new Set(texts).size, 1);
    const [frame] = clients[0]?.frames ?? [];
    assert.match(String(frame?.received_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(frame, {
      id,
      type: 'uplink',
      tenant_id: 't1',
      tenant_name: null,
      dev_eui: 'd1',
      dev_addr: null,
      device_name: null,
      frequency: null,
      f_cnt: 0,
      region: null,
      payload: { t: 1.5, note: 'ñ ☃' },
      metadata: null,
      received_at: frame?.received_at,
    });
  });

  it('delivers an uplink once however many reasons there are', async () => {
    const client = await open('/ws?device=d1', people.member);
    assert.deepEqual(await client.ask({ action: 'sub', device: 'D1' }), { type: 'subscribed', device: 'D1' });
    await running.publish();
    assert.equal((await client.settled()).length, 1);
  });

  it('takes numbers as user_id and cs_tenant_id for the same ids as text', async () => {
    const numbers = await open('/ws/tenant/7', { user_id: 42, cs_tenant_id: 7 });
    await running.publish({ tenant_id: '7', dev_eui: 'd7' });
    await running.post('/notify', { user_id: 42, title: 'number', message: '' });
    await running.post('/notify', { user_id: '42', title: 'text', message: '' });
    const frames = await numbers.settled();
    assert.deepEqual(
      frames.map((frame) => frame.dev_eui ?? frame.title),
      ['d7', 'number', 'text'],
    );
  });

  it('opens for an id with odd characters, percent-encoded', async () => {
    const client = await open('/ws/tenant/a%2Fb%20%C3%B1', { cs_tenant_id: 'a/b ñ' });
    await running.publish({ tenant_id: 'a/b ñ', dev_eui: 'd8' });
    assert.equal((await client.next()).dev_eui, 'd8');
  });

  it('is not confused by ids that hold what separates ours', async () => {
    const client = await open('/ws/device/d1', people.member);
    await running.publish({ tenant_id: 't2', dev_eui: 'd1@t1' });
    await running.publish({ tenant_id: 't2', dev_eui: '2:t1:d1' });
    assert.deepEqual(await client.settled(), []);
  });

  it('finds a device in any case of its DevEUI', async () => {
    await running.publish({ dev_eui: 'ABCDEF' });
    const client = await open('/ws/device/abcdef', people.member);
    await running.publish({ dev_eui: 'AbcDef' });
    assert.equal((await client.next()).dev_eui, 'AbcDef');
  });
});

describe('a channel with an encrypted id', () => {
  let running: RunningService;
  before(async () => {
    running = await startService({ WS_SECRET: vectors.key });
    await running.publish({ tenant_id: 't1', dev_eui: 'a840419edb62011c' });
  });
  after(() => running.stop());

  for (const path of [
    `/ws/tenant/${encrypted('t1')}`,
    `/ws/device/${encrypted('a840419edb62011c')}`,
    `/ws?device=${encrypted('a840419edb62011c')}`,
    '/ws/tenant/t1',
    '/ws/device/a840419edb62011c',
  ]) {
    it(`opens and delivers: ${path.slice(0, 40)}`, async () => {
      const client = await running.open(path);
      await running.publish({ tenant_id: 't1', dev_eui: 'a840419edb62011c' });
      assert.equal((await client.next()).dev_eui, 'a840419edb62011c');
      await client.end();
    });
  }

  it('gives nobody more than the plain id would', async () => {
    const knock = { headers: {} };
    const foreign = await running.open('/ws', { cs_tenant_id: 't2' });
    const frame = await foreign.ask({
      action: 'sub',
      device: decodeURIComponent(encrypted('a840419edb62011c')),
    });
    assert.equal(frame.code, 'forbidden');
    await foreign.end();
    const { status } = await running.knock(`/ws/tenant/${encrypted('t1')}`, knock);
    assert.equal(status, 401);
  });

  for (const path of [`/ws/tenant/${encodeURIComponent(vectors.foreign)}`, `/ws/device/${vectors.foreign}`]) {
    it(`is refused with 403 when it was made with another key: ${path.slice(0, 30)}`, async () => {
      await assert.rejects(running.open(path), /403/);
      await assert.rejects(running.open(path, { is_superuser: true }), /403/);
    });
  }
});

describe('a device that moves to another tenant', () => {
  it('is lost to the old one at once, where DEVICE_REASSIGN lets it move', async () => {
    const running = await startService({ DEVICE_REASSIGN: 'true' });
    await running.publish({ tenant_id: 't1', dev_eui: 'd1' });
    const before = await running.open('/ws/device/d1', { cs_tenant_id: 't1' });
    const subscribed = await running.open('/ws?device=d1', { cs_tenant_id: 't1' });
    await running.publish({ tenant_id: 't2', dev_eui: 'd1' });
    const after = await running.open('/ws/device/d1', { cs_tenant_id: 't2' });
    await running.publish({ tenant_id: 't2', dev_eui: 'd1' });
    assert.equal((await after.next()).tenant_id, 't2');
    assert.deepEqual(await before.settled(), []);
    assert.deepEqual(await subscribed.settled(), []);
    await assert.rejects(running.open('/ws/device/d1', { cs_tenant_id: 't1' }), /403/);
    await running.stop();
  });
});
