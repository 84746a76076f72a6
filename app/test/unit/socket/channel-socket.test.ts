import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { ChannelSocket } from '../../../src/socket/channel-socket.js';
import { Rounds } from '../../../src/socket/rounds.js';
import { WriteBatch } from '../../../src/socket/write-batch.js';

/** So many fill what the kernel takes, and more than that. */
const frames = 8_000;
const text = 'x'.repeat(2_000);

describe('a channel socket whose peer reads nothing for now', () => {
  let server: WebSocketServer;
  let client: WebSocket;
  let heard: Promise<string>;
  let left: Promise<number>;
  let written: Promise<PromiseSettledResult<void>[]>;

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false, WebSocket: ChannelSocket });
    await once(server, 'listening');
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [[socket, request]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
    let hear: (text: string) => void;
    let leave: (code: number) => void;
    heard = new Promise((resolve) => {
      hear = resolve;
    });
    left = new Promise((resolve) => {
      leave = resolve;
    });
    const gathering = { rounds: new Rounds(), batch: new WriteBatch(2 ** 16), maxWaiting: 2 ** 30 };
    const attendant = {
      received: (text: string) => hear(text),
      answered: () => {},
      left: (code: number) => leave(code),
    };
    socket.attend(attendant, request.socket, gathering);
    client.pause();
    written = Promise.allSettled(Array.from({ length: frames }, () => socket.write(text)));
  });
  afterEach(() => {
    client.terminate();
    server.close();
  });

  it('answers its ping, behind all that was written before', async () => {
    let received = 0;
    client.on('message', () => {
      received += 1;
    });
    client.ping();
    client.send('after the ping');
    // The ping has been dealt with by then.
    assert.equal(await heard, 'after the ping');
    client.resume();
    const end = await Promise.race([once(client, 'pong').then(() => 'pong'), once(client, 'close')]);
    assert.deepEqual([end, received], ['pong', frames]);
    assert.ok((await written).every(({ status }) => status === 'fulfilled'));
  });

  it('does not answer ping after ping: it cuts the connection', async () => {
    for (let n = 0; n < 100; n += 1) client.ping();
    assert.equal(await left, 1006);
    assert.ok((await written).some(({ status }) => status === 'rejected'));
  });
});
