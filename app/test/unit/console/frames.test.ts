import { strict as assert } from 'node:assert';
import { readFrame } from '../../../src/console/frames.js';
import { serverFrame } from '../../../src/socket/protocol.js';

const read = (value: unknown) => readFrame(JSON.stringify(value));

describe('a frame in the console', () => {
  it('is an uplink with its device, its payload and the id to resume after', () => {
    const { kind, id, title, preview } = read({
      id: '7-0',
      type: 'uplink',
      device_name: 'd',
      payload: { t: 1 },
    });
    assert.deepEqual(
      { kind, id, title, preview },
      { kind: 'uplink', id: '7-0', title: 'd', preview: '{"t":1}' },
    );
  });

  it('is named after the DevEUI where the device has no name', () => {
    assert.equal(read({ type: 'uplink', device_name: null, dev_eui: 'a8' }).title, 'a8');
  });

  it('is a notification by its channel, even when its own type is error', () => {
    const { kind, title } = read({
      id: '8',
      channel: 'notifications',
      type: 'error',
      title: 'Low',
      message: 'm',
    });
    assert.deepEqual({ kind, title }, { kind: 'notification', title: 'Low' });
  });

  it('is known in each form that the server has of its own', () => {
    const frames = [
      serverFrame.pong,
      serverFrame.subscribed('d'),
      serverFrame.unsubscribed('d'),
      serverFrame.error('forbidden', 'm'),
      serverFrame.gap('9-0'),
      serverFrame.gap(null),
    ].map(readFrame);
    assert.deepEqual(
      frames.map(({ kind }) => kind),
      ['pong', 'subscribed', 'unsubscribed', 'error', 'gap', 'gap'],
    );
    assert.ok(frames.every(({ id }) => id === undefined));
  });

  it('that tells of a gap says where history begins', () => {
    assert.match(readFrame(serverFrame.gap('9-0')).preview, /9-0/);
    assert.match(readFrame(serverFrame.gap(null)).preview, /a later point/);
  });

  it('that is odd is kept as it came, and never throws', () => {
    for (const text of [
      'not json',
      'null',
      '3',
      '[]',
      '{}',
      '{"type":["uplink"]}',
      '{"id":1,"type":"other"}',
    ]) {
      const frame = readFrame(text);
      assert.deepEqual([frame.kind, frame.text, frame.id], ['other', text, undefined]);
    }
    assert.equal(readFrame(new ArrayBuffer(2)).text, '(binary frame)');
  });

  it('of great length has a short preview', () => {
    assert.ok(readFrame('x'.repeat(60_000)).preview.length < 400);
  });
});
