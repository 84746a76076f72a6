import { strict as assert } from 'node:assert';
import { readNotification } from '../../../src/ingest/notification.js';

const at = new Date('2026-11-23T10:00:00.123Z');
const read = (input: unknown) => readNotification(input, ['body'], at);
const good = { user_id: 'u1', title: 'Battery', message: 'It is low' };

describe('a notification', () => {
  it('has its shape, and the type info where none is given', () => {
    const checked = read(good);
    assert.ok(checked.ok && checked.value.kind === 'notification');
    assert.equal(checked.value.userId, 'u1');
    assert.deepEqual(JSON.parse(checked.value.body), {
      channel: 'notifications',
      title: 'Battery',
      message: 'It is low',
      type: 'info',
      received_at: at.toISOString(),
    });
  });

  for (const type of ['info', 'warning', 'error', 'success']) {
    it(`may be of type ${type}`, () => {
      const checked = read({ ...good, type });
      assert.ok(checked.ok);
      assert.equal(JSON.parse(checked.value.body).type, type);
    });
  }

  it('may have a number as its user_id', () => {
    const checked = read({ ...good, user_id: 7 });
    assert.ok(checked.ok && checked.value.kind === 'notification');
    assert.equal(checked.value.userId, '7');
  });

  for (const [what, input, place] of [
    ['no user', { ...good, user_id: undefined }, 'user_id'],
    ['user null', { ...good, user_id: null }, 'user_id'],
    ['user an object', { ...good, user_id: {} }, 'user_id'],
    ['user empty', { ...good, user_id: '' }, 'user_id'],
    ['two users', { ...good, user_id: ['u1', 'u2'] }, 'user_id'],
    ['no title', { ...good, title: undefined }, 'title'],
    ['title a number', { ...good, title: 7 }, 'title'],
    ['no message', { ...good, message: undefined }, 'message'],
    ['message an object', { ...good, message: {} }, 'message'],
    ['another type', { ...good, type: 'fatal' }, 'type'],
    ['type null', { ...good, type: null }, 'type'],
    ['type __proto__', { ...good, type: '__proto__' }, 'type'],
  ] as const) {
    it(`with ${what} is refused, and the place is named`, () => {
      const checked = read(input);
      assert.ok(!checked.ok);
      assert.deepEqual(
        checked.faults.map(({ loc }) => loc),
        [['body', place]],
      );
      assert.ok(checked.faults.every(({ msg }) => msg.length > 5));
    });
  }
});
