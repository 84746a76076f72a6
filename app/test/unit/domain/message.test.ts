import { strict as assert } from 'node:assert';
import { frameOf, type Message } from '../../../src/domain/message.js';
import { deviceTopic, topicsOf } from '../../../src/domain/topic.js';

const uplink = (tenantId: string, devEui: string): Message => ({
  kind: 'uplink',
  tenantId,
  devEui,
  body: '{"a":1}',
});

describe('a frame', () => {
  it('is the body with its id in front', () => {
    assert.deepEqual(JSON.parse(frameOf({ id: '1-2', message: uplink('t1', 'd1') })), { id: '1-2', a: 1 });
  });
});

describe('topics', () => {
  it('of a notification are its user’s alone', () => {
    assert.deepEqual(topicsOf({ kind: 'notification', userId: 'u1', body: '{}' }), ['user:u1']);
  });

  it('of an uplink are its tenant’s, its device’s in two ways, and that of all', () => {
    const topics = topicsOf(uplink('t1', 'd1'));
    assert.deepEqual(
      new Set(topics),
      new Set(['tenant:t1', 'uplinks', deviceTopic('d1'), deviceTopic('d1', 't1')]),
    );
  });

  it('of a device do not depend on the case of its DevEUI', () => {
    assert.equal(deviceTopic('A84041'), deviceTopic('a84041'));
    assert.equal(deviceTopic('A84041', 'T'), deviceTopic('a84041', 'T'));
  });

  it('of two messages meet only where tenant or device do, whatever characters their names have', () => {
    const parts = [
      'a',
      'b',
      'a@b',
      'b@a',
      '@',
      'a@',
      '@b',
      'a:b',
      '1',
      '1:a',
      '1:b',
      '3:a',
      ':',
      '0:',
      '1:b:a',
    ];
    const pairs = parts.flatMap((tenant) => parts.map((device) => [tenant, device] as const));
    const bound = new Map<string, string>();
    for (const [tenant, device] of pairs) {
      const topic = deviceTopic(device, tenant);
      assert.equal(
        bound.get(topic),
        undefined,
        `${topic} is of ${bound.get(topic)} and of ${tenant}, ${device}`,
      );
      bound.set(topic, `${tenant}, ${device}`);
    }
    for (const device of [...parts, ...parts.map((part) => `${part}@a`)]) {
      assert.equal(bound.get(deviceTopic(device)), undefined, `${deviceTopic(device)} is bound to a tenant`);
    }
  });
});
