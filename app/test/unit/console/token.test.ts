import { strict as assert } from 'node:assert';
import { lifeLeft, readToken } from '../../../src/console/token.js';
import { forged, token } from '../../helpers/tokens.js';

const now = Date.now();
const seconds = Math.floor(now / 1_000);
const problemOf = (text: string) => readToken(text, now).problem?.code;

describe('a token in the console', () => {
  it('is read together with its claims', () => {
    const { claims, problem } = readToken(token({ username: 'Zoë Ünal' }), now);
    assert.equal(problem, undefined);
    assert.equal(claims?.user_id, 'u1');
    assert.equal(claims?.username, 'Zoë Ünal');
  });

  it('is freed of what was pasted along with it', () => {
    const jwt = token();
    for (const text of [` ${jwt}\n`, `Bearer ${jwt}`, `"${jwt}"`, `'Bearer ${jwt}'`]) {
      assert.deepEqual({ text, jwt: readToken(text, now).jwt }, { text, jwt });
    }
  });

  it('is missing when nothing was pasted', () => assert.equal(problemOf('  '), 'token-missing'));

  it('is malformed when it could not even travel as a subprotocol', () => {
    const [header, claims] = token().split('.');
    const texts = [
      'abc',
      'a.b.c',
      `${header}.${claims}`,
      `${token()}.x`,
      `${header}.${claims}.si=g`,
      `${token()} x`,
    ];
    for (const text of texts) assert.deepEqual([text, problemOf(text)], [text, 'token-malformed']);
  });

  it('is malformed when a part is no JSON object', () => {
    for (const payload of ['[1]', 'null', '"u1"', '{', '\u00ff']) {
      assert.deepEqual(
        [payload, problemOf(forged({ alg: 'HS256' }, payload, 'x'))],
        [payload, 'token-malformed'],
      );
    }
  });

  it('is refused when it is unsigned', () => {
    assert.equal(problemOf(forged({ alg: 'none' }, { user_id: 'u1' })), 'token-unsigned');
  });

  it('is refused when it is no access token', () => {
    assert.equal(problemOf(token({ token_type: 'refresh' })), 'token-type');
    assert.equal(problemOf(token({ token_type: 'access' })), undefined);
  });

  it('is refused when it names no user, of whom 0 is one', () => {
    for (const user_id of [undefined, '', null, {}])
      assert.equal(problemOf(token({ user_id })), 'token-no-user');
    assert.equal(problemOf(token({ user_id: 0 })), undefined);
  });

  it('has expired from the very second of its exp, which only this clock says', () => {
    const { problem } = readToken(token({ exp: seconds }), seconds * 1_000);
    assert.equal(problem?.code, 'token-expired');
    assert.equal(problem?.uncertain, true);
    assert.equal(readToken(token({ exp: seconds }), seconds * 1_000 - 1).problem, undefined);
  });

  it('is too early before its nbf', () => {
    const { problem } = readToken(token({ nbf: seconds + 90 }), seconds * 1_000);
    assert.equal(problem?.code, 'token-early');
    assert.match(problem?.detail ?? '', /begins in 1 min 30 s/);
  });

  it('that is refused comes with the command that makes another one like it', () => {
    const { problem } = readToken(token({ user_id: 7, exp: 1, is_superuser: true }), now);
    assert.match(problem?.fix ?? '', /make token USER=7 TENANT=t1 SUPERUSER=1$/);
  });

  it('has its life counted to its exp, if there is one', () => {
    assert.equal(lifeLeft({ exp: 100 }, 40_000), 60_000);
    assert.equal(lifeLeft({}, 40_000), undefined);
  });
});
