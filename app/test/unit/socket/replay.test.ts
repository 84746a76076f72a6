import { strict as assert } from 'node:assert';
import type { Bus } from '../../../src/bus/bus.js';
import { EmbeddedBus } from '../../../src/bus/embedded.js';
import type { Entry, Message } from '../../../src/domain/message.js';
import { formatId } from '../../../src/domain/message-id.js';
import { type Topic, userTopic } from '../../../src/domain/topic.js';
import { ReplayQueue, replay } from '../../../src/socket/replay.js';
import { newFolder } from '../../helpers/service.js';

const beginning = formatId({ ms: 0, sequence: 0 });
const uplink: Message = { kind: 'uplink', tenantId: 't1', devEui: 'd1', body: '{"type":"uplink"}' };

describe('a replay', () => {
  let bus: EmbeddedBus;
  let reads = 0;
  let counting: Bus;
  beforeEach(async () => {
    bus = new EmbeddedBus({ path: newFolder(), retention: 10_000, maxBytes: 2 ** 30 });
    await bus.publish(Array.from({ length: 2_000 }, () => uplink));
    reads = 0;
    const read = async (after: string, limit: number): Promise<Entry[]> => {
      reads += 1;
      return bus.read(after, limit);
    };
    counting = Object.assign(Object.create(bus), { read, span: () => bus.span() });
  });
  afterEach(() => bus.close());

  it('ends when its target has left, also when there was nothing to write to it', async () => {
    const target = {
      hasTopic: (topic: Topic) => topic === userTopic('u1'),
      outlet: {
        get isOpen() {
          return reads < 3;
        },
        write: () => assert.fail('nothing here is for this target'),
      },
      goLive: () => assert.fail('it has left'),
    };
    await replay(counting, beginning, target, new ReplayQueue());
    assert.equal(reads, 3);
  });

  it('goes live after the newest entry when none was for its target', async () => {
    let live = '';
    const target = {
      hasTopic: (topic: Topic) => topic === userTopic('u1'),
      outlet: { isOpen: true, write: () => assert.fail('nothing here is for this target') },
      goLive: (upTo: string) => {
        live = upTo;
      },
    };
    await replay(counting, beginning, target, new ReplayQueue());
    assert.equal(live, (await bus.span()).newest);
  });

  it('reads what came in the meantime from the history when it was too much to keep', async () => {
    const queue = new ReplayQueue();
    const written: string[] = [];
    let more: Entry[] = [];
    const target = {
      hasTopic: (topic: Topic) => topic === 'uplinks',
      outlet: {
        isOpen: true,
        write: async (frame: string) => {
          written.push(JSON.parse(frame).id);
          if (written.length !== 2_000) return;
          const receipts = await bus.publish(Array.from({ length: 1_500 }, () => uplink));
          more = receipts.map(({ id }) => ({ id, message: uplink }));
          for (const entry of more) queue.push(entry);
        },
      },
      goLive: (upTo: string) => assert.equal(upTo, more.at(-1)?.id),
    };
    await replay(counting, beginning, target, queue);
    assert.equal(written.length, 3_500);
    assert.deepEqual(written, [...new Set(written)].sort());
  });
});
