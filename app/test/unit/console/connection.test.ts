import { strict as assert } from 'node:assert';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { Connection, type Status } from '../../../src/console/connection.js';
import type { Problem } from '../../../src/console/problem.js';
import { until } from '../../helpers/wait.js';

const refusal: Problem = { code: 'refused-401', title: '', detail: '', fix: '', retry: false };

describe('the connection of the console', () => {
  let server: WebSocketServer;
  let paths: string[];
  let statuses: Status[];
  let received: string[];
  let roundTrips: number[];
  let attempts: number[];
  let connection: Connection;
  let onRefusal: Problem;

  beforeEach(async () => {
    [paths, statuses, received, roundTrips, attempts, onRefusal] = [[], [], [], [], [], refusal];
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    server.on('connection', (socket, request) => {
      paths.push(request.url ?? '');
      socket.on('message', (data) => {
        if (String(data) === '{"action":"ping"}') socket.send('{"action":"pong"}');
      });
    });
    connection = new Connection(
      {
        changed: (status) => statuses.push(status),
        received: ({ text }) => received.push(text),
        roundTrip: (milliseconds) => roundTrips.push(milliseconds),
      },
      (attempt) => {
        attempts.push(attempt);
        return 5;
      },
    );
  });
  afterEach(async () => {
    connection.disconnect();
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  const plan = () => ({
    open: (lastId: string | undefined) => {
      const { port } = server.address() as AddressInfo;
      const socket = new WebSocket(`ws://127.0.0.1:${port}/${lastId ?? 'first'}`);
      socket.on('error', () => {});
      return { socket, opened: () => {}, explainRefusal: async () => onRefusal };
    },
  });
  const inState = (state: Status['state']) =>
    until(
      () => statuses.at(-1)?.state === state,
      () => `${state}; was ${statuses.map((status) => status.state).join(', ')}`,
    );
  const send = (frame: object) => {
    for (const client of server.clients) client.send(JSON.stringify(frame));
  };
  const close = (code: number) => {
    for (const client of server.clients) client.close(code, 'why');
  };
  const reopened = (times: number) =>
    until(
      () => paths.length === times && statuses.at(-1)?.state === 'open',
      () => `handshake ${times}`,
    );

  it('opens, delivers every frame but pongs, and measures the round trip', async () => {
    connection.connect(plan());
    await inState('open');
    send({ type: 'uplink', id: '1-0' });
    await until(
      () => received.length === 1 && roundTrips.length === 1,
      () => 'an uplink and a round trip',
    );
    assert.deepEqual(received, ['{"type":"uplink","id":"1-0"}']);
    assert.ok((roundTrips[0] ?? -1) >= 0);
    assert.deepEqual(
      statuses.map(({ state }) => state),
      ['connecting', 'open'],
    );
  });

  it('comes back after the last id that it saw', async () => {
    connection.connect(plan());
    await inState('open');
    send({ type: 'uplink', id: '7-0' });
    send({ type: 'subscribed', device: 'd' });
    await until(
      () => received.length === 2,
      () => 'two frames',
    );
    close(1012);
    await reopened(2);
    assert.deepEqual(paths, ['/first', '/7-0']);
    const waiting = statuses.find(({ state }) => state === 'waiting');
    assert.equal(waiting?.problem?.code, 'close-1012');
    assert.equal(waiting?.problem?.reason, 'why');
    assert.equal(waiting?.retryIn, 5);
  });

  it('waits longer each time while connections do not last', async () => {
    connection.connect(plan());
    for (const times of [1, 2, 3]) {
      await reopened(times);
      close(1013);
    }
    await reopened(4);
    assert.deepEqual(attempts, [0, 1, 2]);
  });

  it('stays closed after 1008, which asks for a new token', async () => {
    connection.connect(plan());
    await inState('open');
    close(1008);
    await inState('closed');
    assert.equal(statuses.at(-1)?.problem?.code, 'close-1008');
    assert.deepEqual(attempts, []);
  });

  it('explains a refused handshake, and tries again only where that can help', async () => {
    server.options.verifyClient = (_info: unknown, done: (ok: boolean, status: number) => void) =>
      done(false, 401);
    onRefusal = { ...refusal, code: 'refused-503', retry: true };
    connection.connect(plan());
    await inState('waiting');
    onRefusal = refusal;
    await inState('closed');
    assert.equal(statuses.at(-1)?.problem, refusal);
    assert.equal(paths.length, 0);
  });

  it('does not begin where the plan already knows better', () => {
    connection.connect({ open: () => ({ problem: refusal }) });
    assert.equal(statuses.at(-1)?.state, 'closed');
    assert.equal(statuses.at(-1)?.problem, refusal);
  });

  it('leaves the former socket behind when it is told to connect anew', async () => {
    connection.connect(plan());
    await inState('open');
    send({ type: 'uplink', id: '7-0' });
    await until(
      () => received.length === 1,
      () => 'an uplink',
    );
    connection.connect(plan());
    await reopened(2);
    await until(
      () => server.clients.size === 1,
      () => 'the former socket to close',
    );
    assert.deepEqual(paths, ['/first', '/first']);
    assert.equal(statuses.at(-1)?.state, 'open');
  });

  it('is closed for good by disconnect, also while it waits, and sends nothing any more', async () => {
    server.options.verifyClient = () => false;
    onRefusal = { ...refusal, retry: true };
    connection.connect(plan());
    await inState('waiting');
    connection.disconnect();
    connection.retryNow();
    assert.equal(statuses.at(-1)?.state, 'closed');
    assert.equal(connection.send({ action: 'subscribe', device: 'd' }), false);
  });
});
