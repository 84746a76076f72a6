import { strict as assert } from 'node:assert';
import type { Answer } from '../helpers/answer.js';
import { RawPeer } from '../helpers/raw.js';
import { type RunningService, startService } from '../helpers/service.js';
import { apiKey } from '../helpers/target.js';
import { token } from '../helpers/tokens.js';

describe('over HTTP', () => {
  let running: RunningService;
  before(async () => {
    running = await startService();
  });
  after(() => running.stop());

  /** No answer says what it is made of. */
  const assertDiscreet = ({ headers, text }: Answer) => {
    assert.equal(headers['x-powered-by'], undefined);
    assert.equal(headers.server, undefined);
    assert.ok(!/node_modules|\bat .*\.[jt]s:\d|[Ee]xpress/.test(text), text);
  };

  it('GET /health/live says that it lives', async () => {
    const answer = await running.get('/health/live', {});
    assert.deepEqual([answer.status, answer.json], [200, { status: 'live' }]);
    assertDiscreet(answer);
  });

  it('GET /health/ready says that every part works', async () => {
    const { status, json } = await running.get('/health/ready', {});
    assert.equal(status, 200);
    assert.equal(json.status, 'ready');
    assert.deepEqual([...new Set(Object.values(json.parts))], ['ok']);
    for (const part of ['bus', 'store']) assert.ok(part in json.parts, part);
  });

  it('GET /metrics is in Prometheus’ text format', async () => {
    const client = await running.open('/ws');
    await running.publish();
    const { status, headers, text } = await running.get('/metrics', {});
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
    // Prometheus reads numbers as Go does, which takes the library's `Nan` (of a lag not measured yet) as well.
    const sample = /^[a-zA-Z_:][\w:]*(\{(\w+="[^"]*",?)*\})? (NaN|Nan|[-+]?(\d+(\.\d+)?(e[-+]?\d+)?|Inf))$/;
    const lines = text.trimEnd().split('\n');
    for (const line of lines.filter((each) => each && !each.startsWith('#'))) assert.match(line, sample);
    const named = (prefix: string) =>
      lines.filter((line) => line.startsWith(prefix)).map((line) => line.split(' ')[2]);
    const [helps, types] = [named('# HELP'), named('# TYPE')];
    assert.deepEqual(helps, types);
    assert.equal(new Set(types).size, types.length);
    assert.equal(await running.metric('hermes_connections', 'channel="general"'), 1);
    assert.equal(await running.metric('hermes_messages_published_total', 'kind="uplink"'), 1);
    await client.end();
  });

  it('GET / is the console page, with a policy that lets no foreign script in', async () => {
    const answer = await running.get('/', {});
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-type'] ?? '', /^text\/html/);
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'.*script-src 'self'/);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assertDiscreet(answer);
  });

  describe('GET /console/check tells a page what a handshake would get', () => {
    const check = async (path: string, headers: Record<string, string> = {}) =>
      (await running.get(`/console/check?path=${encodeURIComponent(path)}`, headers)).json;

    it('101 for a good one, and nothing is opened', async () => {
      const connections = await running.metric('hermes_connections');
      assert.deepEqual(await check(`/ws?token=${token()}`), { status: 101 });
      assert.deepEqual(await check('/ws', { Authorization: `Bearer ${token()}` }), { status: 101 });
      assert.equal(await running.metric('hermes_connections'), connections);
    });

    for (const [path, status] of [
      ['/ws', 401],
      ['/ws?token=x', 401],
      ['/', 404],
      ['', 404],
      ['http://[', 404],
      ['/\\[', 404],
      [`/ws/tenant/t2?token=${token()}`, 403],
      [`/ws?since=x&token=${token()}`, 400],
    ] as const) {
      it(`${status} for ${path.slice(0, 30)}, and why`, async () => {
        const { status: given, error, hint } = await check(path);
        assert.equal(given, status);
        assert.ok(error.length > 5 && hint.length > 5);
      });
    }
  });

  for (const path of [
    '/nothing',
    '/messages',
    '/notify',
    '/docs',
    '/openapi.json',
    '/.env',
    '/%E0%A4%A',
    '/%00',
    '/..%2f..%2fpackage.json',
    '/console/..%2f..%2f..%2fpackage.json',
    '/console/%2e%2e/%2e%2e/main.ts',
    '/console/.%00',
    '/health',
    '/health/',
    '/metrics/x',
  ]) {
    it(`GET ${path} is 404 with a JSON body`, async () => {
      const answer = await running.get(path);
      assert.equal(answer.status, 404, answer.text);
      assert.equal(answer.json.detail, 'Not Found');
      assertDiscreet(answer);
    });
  }

  for (const path of ['/ws', '/ws/', '/ws/notifications', '/ws/tenant/t1']) {
    it(`GET ${path} without an upgrade is 404 with a hint at the missing header`, async () => {
      const { status, json } = await running.get(path);
      assert.equal(status, 404);
      assert.match(json.hint, /Upgrade/);
    });
  }

  it('a method that a route does not have is 404, and OPTIONS names those that it has', async () => {
    for (const [method, path] of [
      ['PUT', '/messages'],
      ['DELETE', '/messages/last'],
      ['POST', '/health/live'],
      ['PATCH', '/'],
    ] as const) {
      assert.equal((await running.request(method, path, '{}', {})).status, 404, `${method} ${path}`);
    }
    const options = await running.request('OPTIONS', '/messages', undefined, {});
    assert.equal(options.headers.allow, 'POST');
    assert.equal(options.headers['access-control-allow-origin'], undefined);
  });

  it('HEAD is GET without a body', async () => {
    for (const path of ['/', '/health/live', '/health/ready', '/metrics']) {
      const { status, text } = await running.request('HEAD', path, undefined, {});
      assert.deepEqual([status, text], [200, ''], path);
    }
    assert.equal((await running.request('HEAD', '/messages/last?dev_eui=d1', undefined, {})).status, 403);
  });

  it('a giant query is refused, and the app lives on', async () => {
    for (const path of ['/messages/last?dev_eui=', '/ws?token=', '/?x=']) {
      assert.equal((await running.get(`${path}${'x'.repeat(100_000)}`)).status, 431, path);
    }
    assert.equal((await running.get(`/messages/last?${'&a=b'.repeat(3_000)}`)).status, 422);
    assert.equal((await running.get('/health/live')).status, 200);
  });

  it('a body that ends early does no harm', async () => {
    const peer = await RawPeer.connect(running.port);
    const head = `POST /messages HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${apiKey}\r\nContent-Length: 100\r\n\r\n`;
    peer.send(head, '{"tenant');
    peer.socket.end();
    await peer.ended();
    assert.ok(!peer.text.includes(' 202 '));
    assert.equal((await running.get('/health/live')).status, 200);
  });

  it('had no fault of its own in all of this', async () => {
    assert.equal(await running.metric('hermes_faults_total'), 0);
  });
});
