import { strict as assert } from 'node:assert';
import { type Entry, frameOf, type Message } from '../../../src/domain/message.js';
import { allUplinks, deviceTopic, tenantTopic, userTopic } from '../../../src/domain/topic.js';
import { Hub } from '../../../src/hub/hub.js';
import type { Subscriber } from '../../../src/hub/subscriber.js';

interface Listener extends Subscriber {
  readonly got: string[];
}

const listener = (): Listener => {
  const got: string[] = [];
  return { got, offer: (entry) => void got.push(entry.id) };
};
const frame = (entry: Entry) => Buffer.from(frameOf(entry));
const uplink: Message = { kind: 'uplink', tenantId: 't1', devEui: 'd1', body: '{}' };
const notice: Message = { kind: 'notification', userId: 'u1', body: '{}' };

describe('the hub', () => {
  it('offers a message once, however many topics a subscriber shares with it', () => {
    const hub = new Hub(frame);
    const one = listener();
    hub.join(one, [tenantTopic('t1'), deviceTopic('d1'), deviceTopic('d1', 't1'), allUplinks]);
    hub.deliver({ id: '1', message: uplink });
    assert.deepEqual(one.got, ['1']);
  });

  it('offers a message to everybody whom it concerns and to nobody else', () => {
    const receivers: number[] = [];
    const hub = new Hub(frame, (count) => receivers.push(count));
    const [tenant, device, stranger, user] = [listener(), listener(), listener(), listener()];
    hub.join(tenant, [tenantTopic('t1')]);
    hub.join(device, [deviceTopic('D1')]);
    hub.join(stranger, [tenantTopic('t2'), deviceTopic('d1', 't2'), userTopic('u2')]);
    hub.join(user, [userTopic('u1')]);
    hub.deliver({ id: '1', message: uplink });
    hub.deliver({ id: '2', message: notice });
    assert.deepEqual([tenant.got, device.got, stranger.got, user.got], [['1'], ['1'], [], ['2']]);
    assert.deepEqual(receivers, [2, 1]);
  });

  it('offers every receiver the same bytes', () => {
    const hub = new Hub(frame);
    const frames: Buffer[] = [];
    for (let n = 0; n < 3; n += 1) {
      hub.join({ offer: (_entry, frame) => void frames.push(frame) }, [allUplinks]);
    }
    hub.deliver({ id: '1', message: uplink });
    assert.equal(frames.length, 3);
    assert.ok(frames.every((frame) => frame === frames[0]));
  });

  it('forgets topics that nobody is left in', () => {
    const hub = new Hub(frame);
    const [one, two] = [listener(), listener()];
    hub.join(one, [tenantTopic('t1'), userTopic('u1')]);
    hub.join(two, [tenantTopic('t1')]);
    hub.leave(one, [userTopic('u1')]);
    assert.equal(hub.topicCount, 1);
    hub.leave(one, [tenantTopic('t1'), userTopic('u1')]);
    assert.equal(hub.topicCount, 1);
    hub.leave(two, [tenantTopic('t1')]);
    hub.leave(two, [tenantTopic('t1')]);
    assert.equal(hub.topicCount, 0);
  });

  it('goes on when a subscriber leaves while it is offered a message', () => {
    const hub = new Hub(frame);
    const got: string[] = [];
    const topics = [tenantTopic('t1'), allUplinks];
    for (const name of ['a', 'b', 'c']) {
      const leaver: Subscriber = {
        offer: () => {
          got.push(name);
          hub.leave(leaver, topics);
        },
      };
      hub.join(leaver, topics);
    }
    hub.deliver({ id: '1', message: uplink });
    hub.deliver({ id: '2', message: uplink });
    assert.deepEqual(got, ['a', 'b', 'c']);
  });
});
