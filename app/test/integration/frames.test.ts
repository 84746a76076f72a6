import { strict as assert } from 'node:assert';
import { maxFrameBytes } from '../../src/settings/limits.js';
import { frame, opcode, RawPeer } from '../helpers/raw.js';
import { type RunningService, startService } from '../helpers/service.js';
import { token } from '../helpers/tokens.js';
import { until } from '../helpers/wait.js';

const ping = '{"action":"ping"}';
const [text, binary, close, pingCode, pongCode] = [
  opcode.text,
  opcode.binary,
  opcode.close,
  opcode.ping,
  opcode.pong,
];

/** What a client must not send, and the close code that RFC 6455 has for it. */
const illegal: Readonly<Record<string, readonly [number, ...Buffer[]]>> = {
  'an unmasked frame': [1002, frame(text, ping, { masked: false })],
  'an unmasked control frame': [1002, frame(pingCode, 'x', { masked: false })],
  'the unknown opcode 3': [1002, frame(3, ping)],
  'the unknown opcode 11': [1002, frame(11)],
  'a reserved bit': [1002, frame(text, ping, { reserved: 4 })],
  'all reserved bits': [1002, frame(text, ping, { reserved: 7 })],
  'a ping in two parts': [1002, frame(pingCode, 'x', { final: false })],
  'a close in two parts': [1002, frame(close, '', { final: false })],
  'a ping of 126 bytes': [1002, frame(pingCode, 'x'.repeat(126))],
  'a close of one byte': [1002, frame(close, 'x')],
  'a close with the code 1005': [1002, frame(close, Buffer.from([0x03, 0xed]))],
  'a close with the code 999': [1002, frame(close, Buffer.from([0x03, 0xe7]))],
  'a continuation of nothing': [1002, frame(opcode.continuation, ping)],
  'a message within a message': [1002, frame(text, '{', { final: false }), frame(text, ping)],
  'invalid UTF-8': [1007, frame(text, Buffer.from([0xff, 0xfe, 0xfd]))],
  'UTF-8 that is cut': [1007, frame(text, Buffer.from('☃').subarray(0, 2))],
  'a surrogate in UTF-8': [1007, frame(text, Buffer.from([0xed, 0xa0, 0x80]))],
  'invalid UTF-8 in a close reason': [1007, frame(close, Buffer.from([0x03, 0xe8, 0xff]))],
  'a frame above 64 KiB': [1009, frame(text, 'x'.repeat(maxFrameBytes + 1))],
  'parts that are above 64 KiB together': [
    1009,
    frame(text, 'x'.repeat(maxFrameBytes), { final: false }),
    frame(opcode.continuation, 'x'),
  ],
  'the mere announcement of a huge frame': [1009, Buffer.from([0x81, 0xff, 0, 0, 0x0f, 0xff, 0, 0, 0, 0])],
  'a binary frame': [1003, frame(binary, ping)],
  'an empty binary frame': [1003, frame(binary)],
};

describe('a frame', () => {
  let running: RunningService;
  before(async () => {
    running = await startService();
  });
  after(() => running.stop());

  const upgrade = (path = '/ws') => RawPeer.upgrade(running.port, path, token());

  for (const [what, [code, ...pieces]] of Object.entries(illegal)) {
    it(`with ${what} closes its socket with ${code} and a reason, and nobody else’s`, async () => {
      const bystander = await running.open('/ws');
      const peer = await upgrade();
      peer.send(...pieces);
      const closed = await peer.closed();
      assert.equal(closed.code, code);
      assert.ok(closed.reason.length > 10, `the reason was ${JSON.stringify(closed.reason)}`);
      assert.deepEqual(await bystander.ask({ action: 'ping' }), { action: 'pong' });
      await bystander.end();
    });
  }

  it('of exactly 64 KiB is answered', async () => {
    const client = await running.open('/ws');
    client.send(`{"action":"ping","filler":"${'x'.repeat(maxFrameBytes - 29)}"}`);
    assert.deepEqual(await client.next(), { action: 'pong' });
    client.send(`{"action":"ping","filler":"${'x'.repeat(maxFrameBytes - 28)}"}`);
    assert.equal((await client.closed()).code, 1009);
  });

  it('in many parts, with a ping between them, is answered', async () => {
    const peer = await upgrade();
    const parts = [...ping].map((letter, index) =>
      frame(index === 0 ? text : opcode.continuation, letter, { final: index === ping.length - 1 }),
    );
    peer.send(...parts.slice(0, 5), frame(pingCode, 'now'), ...parts.slice(5));
    await until(
      () => peer.text.includes('now') && peer.text.includes('{"action":"pong"}'),
      () => `both pongs in ${peer.text}`,
    );
    peer.socket.destroy();
  });

  it('that comes byte by byte is answered', async () => {
    const peer = await upgrade();
    for (const byte of frame(text, ping)) peer.send(Buffer.from([byte]));
    await until(
      () => peer.text.includes('{"action":"pong"}'),
      () => 'the pong',
    );
    peer.socket.destroy();
  });

  it('with a pong that nobody asked for, or nothing in it, does no harm', async () => {
    const peer = await upgrade();
    peer.send(frame(pongCode, 'x'), frame(pongCode), frame(text, ''), frame(text, ping));
    await until(
      () => peer.text.includes('{"action":"pong"}'),
      () => 'the pong',
    );
    assert.match(peer.text, /not-json/);
    peer.socket.destroy();
  });

  it('after a close is not looked at', async () => {
    const peer = await upgrade();
    peer.send(frame(close, Buffer.from([0x03, 0xe8])), frame(text, ping));
    assert.equal((await peer.closed()).code, 1000);
    assert.ok(!peer.text.includes('pong'));
  });

  it('leaves no socket behind, however it was closed', async () => {
    await until(
      async () => (await running.metric('hermes_connections')) === 0,
      () => 'the connections to be gone',
    );
    assert.equal(await running.metric('hermes_faults_total'), 0);
    assert.equal(await running.metric('hermes_topics'), 0);
  });
});
