import { deepEqual, equal, ok } from 'node:assert/strict';
import { WebSocket } from 'ws';
import { type Answer, ask, open, openSocket } from './helpers/ask.js';
import { type RunningNginx, startNginx } from './helpers/nginx.js';
import { until } from './helpers/until.js';
import { startUpstream, type Upstream } from './helpers/upstream.js';

describe('limits of nginx', () => {
  let upstream: Upstream;
  let nginx: RunningNginx | undefined;
  before(async () => {
    upstream = await startUpstream();
  });
  afterEach(() => nginx?.stop());
  after(() => upstream?.close());

  const refused = ({ status, headers, body }: Answer) => {
    equal(status, 429);
    equal(headers['retry-after'], '1');
    equal(headers['content-type'], 'application/json');
    deepEqual(Object.keys(JSON.parse(body)), ['error', 'hint']);
  };

  it('count the open sockets of an address, and forget those that ended', async () => {
    const running = await startNginx(upstream.address, { CONNECTIONS_PER_ADDRESS: '2' });
    nginx = running;
    const [first, second] = [await openSocket(running), await openSocket(running)];
    const third = await open(running);
    ok('status' in third);
    refused(third);
    equal((await ask(running))?.status, 200);
    first.terminate();
    const fourth = await until('there is room again', async () => {
      const socket = await open(running);
      return socket instanceof WebSocket && socket;
    });
    fourth.terminate();
    second.terminate();
  });

  it('count the handshakes of an address, with room for a burst of twice the rate', async () => {
    const running = await startNginx(upstream.address, { HANDSHAKES_PER_SECOND: '1' });
    nginx = running;
    const results = await Promise.all(Array.from({ length: 6 }, () => open(running)));
    const opened = results.filter((result) => result instanceof WebSocket);
    const answers = results.filter((result): result is Answer => 'status' in result);
    equal(opened.length + answers.length, 6);
    ok(opened.length >= 3 && answers.length >= 1, `${opened.length} of 6 were let in`);
    answers.forEach(refused);
    for (const socket of opened) socket.terminate();
  });

  it('leave ordinary requests alone', async () => {
    const running = await startNginx(upstream.address, {
      HANDSHAKES_PER_SECOND: '1',
      CONNECTIONS_PER_ADDRESS: '1',
    });
    nginx = running;
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(running)));
    deepEqual(new Set(answers.map((answer) => answer?.status)), new Set([200]));
  });
});
