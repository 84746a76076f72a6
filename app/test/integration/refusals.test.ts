import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import jwt from 'jsonwebtoken';
import type { Answer } from '../helpers/answer.js';
import { type RunningService, startService } from '../helpers/service.js';
import type { Knock } from '../helpers/target.js';
import { type Claims, forged, jwtSecret, token } from '../helpers/tokens.js';

const vectors = JSON.parse(readFileSync(new URL('../data/fernet-tokens.json', import.meta.url), 'utf8'));
const hour = Math.floor(Date.now() / 1000) + 3600;

/** Every refusal is an HTTP answer with the same body, and nothing is upgraded. */
function assertRefused(answer: Answer, status: number): void {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/);
  assert.equal(answer.headers.upgrade, undefined);
  assert.deepEqual(Object.keys(answer.json), ['error', 'hint']);
  assert.ok(answer.json.error.length > 5 && answer.json.hint.length > 5, answer.text);
}

describe('a handshake', () => {
  let running: RunningService;
  before(async () => {
    running = await startService({ ALLOWED_ORIGINS: 'https://app.example.com' });
    await running.publish({ tenant_id: 't1', dev_eui: 'd1' });
    await running.publish({ tenant_id: 't2', dev_eui: 'd2' });
  });
  after(() => running.stop());

  const refused = async (status: number, path: string, knock: Knock = { token: token() }) =>
    assertRefused(await running.knock(path, knock), status);

  describe('is refused with 401', () => {
    const tokens: Readonly<Record<string, string>> = {
      'is malformed': 'abc',
      'has alg none': forged({ alg: 'none', typ: 'JWT' }, { user_id: 'u1', exp: hour }),
      'is of HS384': token({}, { algorithm: 'HS384', expiresIn: '1h' }),
      'has a bad signature': jwt.sign({ user_id: 'u1', exp: hour }, 'some other secret, long'),
      'has expired': token({ exp: hour - 7200 }),
      'is not valid yet': token({ nbf: hour - 60, exp: hour }),
      'is a refresh token': token({ token_type: 'refresh' }),
      'has no exp': token({ exp: undefined }),
      'has no user_id': token({ user_id: undefined }),
      'has user_id null': token({ user_id: null }),
      'has an object as user_id': token({ user_id: { $ne: null } }),
    };
    for (const path of ['/ws', '/ws/notifications', '/ws/tenant/t1', '/ws/device/d1']) {
      it(`on ${path} when there is no token`, () => refused(401, path, {}));
      it(`on ${path} when the token has expired`, () =>
        refused(401, path, { token: token({ exp: hour - 7200 }) }));
    }
    for (const [what, given] of Object.entries(tokens)) {
      it(`when the token ${what}`, () => refused(401, '/ws/notifications', { token: given }));
      it(`when the token in the query ${what}`, () => refused(401, `/ws/notifications?token=${given}`, {}));
    }

    it('and a challenge, and nothing of the token is in the answer', async () => {
      const given = token({ exp: hour - 7200, username: 'ada' });
      const answer = await running.knock('/ws', { token: given });
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
      assert.ok(!answer.text.includes(given.split('.')[1] ?? ''));
    });
  });

  describe('is refused with 403', () => {
    it('on a foreign tenant', () => refused(403, '/ws/tenant/t2'));
    it('on an unknown tenant', () => refused(403, '/ws/tenant/nobody'));
    it('on a foreign device', () => refused(403, '/ws/device/d2'));
    it('on an unknown device', () => refused(403, '/ws/device/nothing'));
    it('with a foreign device in ?device=', () => refused(403, '/ws?device=d2'));
    it('with an own and a foreign device in ?device=', () => refused(403, '/ws?device=d1&device=d2'));
    it('on a tenant’s channel for a global user of another', () =>
      refused(403, '/ws/tenant/t2', { token: token({ is_global: true }) }));
    it('on a foreign device for a global user', () =>
      refused(403, '/ws/device/d2', { token: token({ is_global: true }) }));
    for (const id of ['None', 'undefined', 'null', '%20', '%00']) {
      it(`on tenant ${id} for a token without a tenant`, () =>
        refused(403, `/ws/tenant/${id}`, { token: token({ cs_tenant_id: null }) }));
      it(`on device ${id} for a token without a tenant`, () =>
        refused(403, `/ws/device/${id}`, { token: token({ cs_tenant_id: undefined }) }));
    }
    for (const origin of ['https://evil.example', 'null', '', 'https://app.example.com.evil.example']) {
      it(`from the origin ${JSON.stringify(origin)}`, () =>
        refused(403, '/ws', { token: token(), headers: { Origin: origin } }));
    }
    it('on an encrypted id where there is no WS_SECRET', () =>
      refused(403, `/ws/tenant/${vectors.tokens[0].token}`));
    it('on an encrypted id for a superuser too, where there is no WS_SECRET', () =>
      refused(403, `/ws/tenant/${vectors.tokens[0].token}`, { token: token({ is_superuser: true }) }));

    it('in the same words for a foreign and for an unknown device', async () => {
      const answers = await Promise.all(
        ['/ws/device/d2', '/ws/device/nothing'].map((path) => running.knock(path, { token: token() })),
      );
      assert.equal(answers[0]?.text, answers[1]?.text);
    });
  });

  describe('is refused with 404', () => {
    for (const path of [
      '/ws/x',
      '/wsx',
      '/WS',
      '/',
      '/messages',
      '/metrics',
      '/console/check',
      '/ws/tenant',
      '/ws/tenant/',
      '/ws/device/',
      '/ws/tenant/t1/x',
      '/ws/tenant/%E0%A4%A',
      '/ws/tenant/%',
      '//ws',
      '/ws//',
      '/ws#x',
      '/ws/tenant/t1#x',
      '/ws/../ws',
      '/ws/tenant/../tenant/t1',
      '/ws\\notifications',
      '/\\[',
      'http://[',
      '*',
      '/ws/.websocket',
      '/.websocket',
    ]) {
      it(`on ${path}`, () => refused(404, path));
      it(`on ${path} also without a token`, () => refused(404, path, {}));
    }
  });

  describe('is refused with 400', () => {
    for (const since of ['x', '', '-1', '1-2-3', '99999999999999', '1e3', '%00']) {
      it(`with since=${since}`, () => refused(400, `/ws?since=${since}`));
    }

    it('when it is none, by the rules of the protocol', async () => {
      const { headers } = { headers: { Connection: 'Upgrade', Upgrade: 'websocket' } };
      const answer = await running.get('/ws', headers);
      assert.equal(answer.status, 400);
    });
  });

  it('is upgraded with a good token, to show that the refusals above are not for another reason', async () => {
    for (const path of [
      '/ws',
      '/ws/',
      '/ws/notifications',
      '/ws/tenant/t1',
      '/ws/device/d1',
      '/ws?device=d1&since=0',
    ]) {
      assert.equal((await running.knock(path, { token: token() })).status, 101, path);
    }
    const headers = { Origin: 'https://app.example.com' };
    assert.equal((await running.knock('/ws', { token: token(), headers })).status, 101);
  });
});

describe('a handshake with limits', () => {
  let running: RunningService | undefined;
  afterEach(() => running?.stop());
  const knock = (claims?: Claims) => running?.knock('/ws', { token: token(claims) }) as Promise<Answer>;

  it('is refused with 429 when the address has as many sockets as it may', async () => {
    running = await startService({ CONNECTIONS_PER_ADDRESS: '2' });
    const [first] = [await running.open('/ws'), await running.open('/ws')];
    const answer = await knock();
    assertRefused(answer, 429);
    assert.ok(Number(answer.headers['retry-after']) > 0);
    await first.end();
    assert.equal((await knock()).status, 101);
  });

  it('is let in so many times and no more when many come at once', async () => {
    running = await startService({ CONNECTIONS_PER_ADDRESS: '10' });
    const { open } = running;
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => open.call(running, '/ws')));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 10);
    assert.equal(await running.metric('hermes_connections'), 10);
  });

  it('is refused with 429 when the address makes too many of them', async () => {
    running = await startService({ HANDSHAKES_PER_SECOND: '5' });
    const answers = await Promise.all(Array.from({ length: 30 }, () => knock()));
    const limited = answers.filter(({ status }) => status === 429);
    assert.ok(limited.length >= 15, `${limited.length} of 30 were refused`);
    for (const answer of limited) assertRefused(answer, 429);
  });

  it('is refused with 503 when the instance is full', async () => {
    running = await startService({ MAX_CONNECTIONS: '1' });
    await running.open('/ws');
    const answer = await knock();
    assertRefused(answer, 503);
    assert.ok(Number(answer.headers['retry-after']) > 0);
  });

  it('is refused with 503 while the instance drains', async () => {
    const draining = await startService({ DRAIN_SECONDS: '2' });
    running = undefined;
    const held = await Promise.all(Array.from({ length: 20 }, () => draining.open('/ws')));
    const stopped = draining.stop();
    assertRefused(await draining.knock('/ws', { token: token() }), 503);
    const closes = await Promise.all(held.map((client) => client.closed()));
    assert.deepEqual([...new Set(closes.map(({ code }) => code))], [1012]);
    await stopped;
  });

  it('is let in without exp only where JWT_ALLOW_NO_EXP says so', async () => {
    running = await startService({ JWT_ALLOW_NO_EXP: 'true' });
    assert.equal((await knock({ exp: undefined })).status, 101);
  });

  it('is let in with the algorithm of JWT_ALGORITHM only', async () => {
    running = await startService({ JWT_ALGORITHM: 'HS512' });
    const signed = (algorithm: 'HS256' | 'HS512') =>
      jwt.sign({ user_id: 'u1', exp: hour }, jwtSecret, { algorithm });
    assert.equal((await running.knock('/ws', { token: signed('HS512') })).status, 101);
    assertRefused(await running.knock('/ws', { token: signed('HS256') }), 401);
  });

  it('counts the client’s address as the trusted proxy tells it, and not what the client says', async () => {
    running = await startService({ CONNECTIONS_PER_ADDRESS: '1', TRUST_PROXY_HOPS: '1' });
    const from = (forwarded: string) => ({ token: token(), headers: { 'X-Forwarded-For': forwarded } });
    await running.open('/ws', {}, { headers: { 'X-Forwarded-For': '9.9.9.9, 10.0.0.1' } });
    assertRefused(await running.knock('/ws', from('8.8.8.8, 10.0.0.1')), 429);
    assert.equal((await running.knock('/ws', from('9.9.9.9, 10.0.0.2'))).status, 101);
  });

  it('does not believe X-Forwarded-For where no proxy is trusted', async () => {
    running = await startService({ CONNECTIONS_PER_ADDRESS: '1' });
    await running.open('/ws');
    const headers = { 'X-Forwarded-For': '9.9.9.9' };
    assertRefused(await running.knock('/ws', { token: token(), headers }), 429);
  });
});
