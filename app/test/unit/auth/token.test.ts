import { strict as assert } from 'node:assert';
import { createSign, generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { type TokenPolicy, tokenKey, verifyToken } from '../../../src/auth/token.js';
import { forged, jwtSecret, token } from '../../helpers/tokens.js';

const policy: TokenPolicy = { secret: tokenKey(jwtSecret), algorithm: 'HS256', allowNoExpiry: false };
const soon = Math.floor(Date.now() / 1000) + 3600;

describe('a token', () => {
  it('gives the identity of its claims', () => {
    const claims = {
      user_id: 'u1',
      username: 'ada',
      cs_tenant_id: 't1',
      is_superuser: true,
      is_global: true,
      exp: soon,
    };
    assert.deepEqual(verifyToken(token(claims), policy), {
      userId: 'u1',
      username: 'ada',
      tenantId: 't1',
      isSuperuser: true,
      isGlobal: true,
      expiresAt: soon,
    });
  });

  it('may give its ids as numbers, 0 included', () => {
    const { userId, tenantId } = verifyToken(token({ user_id: 0, cs_tenant_id: 7 }), policy);
    assert.deepEqual([userId, tenantId], ['0', '7']);
  });

  for (const tenant of [null, undefined, '', {}, ['t1'], true]) {
    it(`with cs_tenant_id ${JSON.stringify(tenant)} belongs to no tenant`, () => {
      assert.equal(verifyToken(token({ cs_tenant_id: tenant }), policy).tenantId, null);
    });
  }

  for (const flag of ['true', 1, {}, [], null]) {
    it(`with is_superuser and is_global ${JSON.stringify(flag)} is an ordinary one`, () => {
      const { isSuperuser, isGlobal } = verifyToken(token({ is_superuser: flag, is_global: flag }), policy);
      assert.deepEqual([isSuperuser, isGlobal], [false, false]);
    });
  }

  it('of type access is accepted', () => {
    assert.equal(verifyToken(token({ token_type: 'access' }), policy).userId, 'u1');
  });

  it('without exp is accepted where that is allowed, and never ends', () => {
    const endless = token({ exp: undefined }, {});
    assert.equal(verifyToken(endless, { ...policy, allowNoExpiry: true }).expiresAt, undefined);
  });

  it('is accepted under another algorithm only where that is the set one', () => {
    const hs512 = token({}, { algorithm: 'HS512', expiresIn: '1h' });
    assert.equal(verifyToken(hs512, { ...policy, algorithm: 'HS512' }).userId, 'u1');
  });
});

const payload = { user_id: 'u1', exp: soon };
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

const refused: Readonly<Record<string, [string, RegExp]>> = {
  'that is empty': ['', /not a JWT|no token|jwt must be provided/],
  'that is no JWT': ['abc', /not a JWT/],
  'with two parts': ['a.b', /not a JWT/],
  'with a header that is no JSON': [forged('{', payload, 'x'), /not a JWT/],
  'with a payload that is no JSON': [forged({ alg: 'HS256', typ: 'JWT' }, 'private words', 'x'), /not a JWT/],
  'with a payload that is text': [jwt.sign('text', jwtSecret), /user_id/],
  'with a payload that is null': [jwt.sign('null', jwtSecret), /user_id/],
  'with alg none and no signature': [forged({ alg: 'none' }, payload), /not signed|algorithm/],
  'with alg NONE and a signature': [forged({ alg: 'NONE' }, payload, 'x'), /algorithm|not a JWT/],
  'of HS384': [token({}, { algorithm: 'HS384', expiresIn: '1h' }), /JWT_ALGORITHM/],
  'of HS512': [token({}, { algorithm: 'HS512', expiresIn: '1h' }), /JWT_ALGORITHM/],
  'of RS256': [jwt.sign(payload, privateKey, { algorithm: 'RS256' }), /JWT_ALGORITHM/],
  'signed with another secret': [jwt.sign(payload, 'another secret, as long'), /signature/],
  'whose payload was changed': [tampered(), /signature/],
  'that has expired': [token({ exp: soon - 7200 }), /expired/],
  'that is not valid yet': [token({ nbf: soon, exp: soon + 60 }), /nbf/],
  'with an exp that is text': [forgedClaims({ exp: 'tomorrow' }), /exp/],
  'with an nbf that is text': [forgedClaims({ nbf: 'yesterday', exp: soon }), /nbf/],
  'without exp': [token({ exp: undefined }, {}), /no exp/],
  'of type refresh': [token({ token_type: 'refresh' }), /token_type/],
  'of type null': [token({ token_type: null }), /token_type/],
  'without user_id': [token({ user_id: undefined }), /user_id/],
  'with user_id null': [token({ user_id: null }), /user_id/],
  'with user_id an object': [token({ user_id: { id: 1 } }), /user_id/],
  'with user_id an array': [token({ user_id: ['u1'] }), /user_id/],
  'with user_id true': [token({ user_id: true }), /user_id/],
  'with user_id empty': [token({ user_id: '' }), /user_id/],
};

describe('a token is refused', () => {
  for (const [what, [given, reason]] of Object.entries(refused)) {
    it(`when it is one ${what}`, () => {
      assert.throws(
        () => verifyToken(given, policy),
        (error: Error & { code: string }) => {
          assert.equal(error.code, 'token-invalid');
          assert.match(error.message, reason);
          return true;
        },
      );
    });
  }

  it('when a public RSA key stands in for the secret', () => {
    const header = Buffer.from(JSON.stringify({ alg: 'RS256' })).toString('base64url');
    const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
    const signature = createSign('sha256').update(`${header}.${body}`).sign(privateKey, 'base64url');
    const confused = { ...policy, secret: tokenKey(publicPem) };
    assert.throws(() => verifyToken(`${header}.${body}.${signature}`, confused), /JWT_ALGORITHM|not a JWT/);
  });

  it('without a word of its payload in the reason', () => {
    assert.throws(
      () => verifyToken(forged({ alg: 'HS256', typ: 'JWT' }, 'private words', 'x'), policy),
      (error: Error) => !error.message.includes('private'),
    );
  });
});

function tampered(): string {
  const [header, , signature] = token({ user_id: 'u1' }).split('.');
  return `${header}.${Buffer.from(JSON.stringify({ ...payload, is_superuser: true })).toString('base64url')}.${signature}`;
}

/** Signed rightly, with claims that no library would sign. */
function forgedClaims(claims: object): string {
  return jwt.sign(JSON.stringify({ user_id: 'u1', ...claims }), jwtSecret, {
    header: { alg: 'HS256', typ: 'JWT' },
  });
}
