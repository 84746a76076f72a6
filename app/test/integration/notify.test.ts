import { strict as assert } from 'node:assert';
import type { TestClient } from '../helpers/client.js';
import { type RunningService, startService } from '../helpers/service.js';

describe('POST /notify', () => {
  let running: RunningService;
  let client: TestClient;
  before(async () => {
    running = await startService();
    client = await running.open('/ws/notifications');
  });
  after(async () => {
    await client.end();
    await running.stop();
  });

  const query = (values: Record<string, string>) => `/notify?${new URLSearchParams(values)}`;
  const good = { user_id: 'u1', title: 'Battery ☃', message: 'It is low & falling', type: 'warning' };

  for (const [how, post] of Object.entries({
    'in the query': () => running.post(query(good)),
    'in a JSON body': () => running.post('/notify', good),
    'in a body without a type': () =>
      running.post('/notify', JSON.stringify(good), { 'Content-Type': 'text/plain' }),
    'in both, each a part': () =>
      running.post(query({ user_id: 'u1', title: 'Battery ☃' }), { message: good.message, type: 'warning' }),
    'in both, where the body comes first': () => running.post(query({ ...good, title: 'other' }), good),
  })) {
    it(`takes a notification ${how}: 202, and its user gets it`, async () => {
      const { status, json } = await post();
      assert.equal(status, 202);
      assert.deepEqual(Object.keys(json), ['status', 'id']);
      assert.equal(json.status, 'success');
      const frame = await client.next();
      assert.match(String(frame.received_at), /Z$/);
      assert.deepEqual(frame, {
        id: json.id,
        channel: 'notifications',
        title: good.title,
        message: good.message,
        type: 'warning',
        received_at: frame.received_at,
      });
    });
  }

  it('has the type info where none is given', async () => {
    await running.post(query({ user_id: 'u1', title: 'a', message: '' }));
    assert.equal((await client.next()).type, 'info');
  });

  it('takes one for somebody who is not there, and keeps it for when they resume', async () => {
    const { json } = await running.post('/notify', { ...good, user_id: 'u7' });
    const late = await running.open('/ws/notifications?since=0', { user_id: 'u7' });
    assert.equal((await late.next()).id, json.id);
    await late.end();
  });

  for (const [what, body, place] of [
    ['without a user', { title: 'a', message: 'b' }, 'user_id'],
    ['with two users', { ...good, user_id: ['u1', 'u2'] }, 'user_id'],
    ['without a title', { user_id: 'u1', message: 'b' }, 'title'],
    ['with a title that is an object', { ...good, title: {} }, 'title'],
    ['without a message', { user_id: 'u1', title: 'a' }, 'message'],
    ['of another type', { ...good, type: 'fatal' }, 'type'],
  ] as const) {
    it(`refuses one ${what}: 422, and the place is named`, async () => {
      const { status, json } = await running.post('/notify', body);
      assert.equal(status, 422);
      assert.deepEqual(
        json.detail.map(({ loc }: { loc: string[] }) => loc),
        [['body', place]],
      );
    });
  }

  it('refuses one in the query alike, and names the query', async () => {
    const { status, json } = await running.post('/notify?user_id=u1&user_id=u2&title=a&message=b&type=fatal');
    assert.equal(status, 422);
    assert.deepEqual(
      json.detail.map(({ loc }: { loc: string[] }) => loc),
      [
        ['query', 'user_id'],
        ['query', 'type'],
      ],
    );
  });

  it('refuses a body that is no JSON: 400, also beside a good query', async () => {
    assert.equal((await running.post(query(good), 'hello')).status, 400);
    assert.equal((await running.post('/notify', '{')).status, 400);
  });

  for (const body of ['null', '7', '"u1"', '[]', '[{"user_id":"u1"}]']) {
    it(`refuses the body ${body}: 422`, async () => {
      assert.equal((await running.post('/notify', body)).status, 422);
    });
  }

  it('sent nothing of what it refused', async () => {
    assert.deepEqual(await client.settled(), []);
  });
});
