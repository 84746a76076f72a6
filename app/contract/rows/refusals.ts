import { strict as assert } from 'node:assert';
import { bearer, knock } from '../clients.js';
import type { Row } from '../row.js';
import type { ContractSite } from '../way.js';

interface Refusal {
  readonly id: string;
  readonly name: string;
  readonly path?: string;
  readonly headers: (site: ContractSite) => Record<string, string>;
  readonly status: number;
  readonly error: RegExp;
}

const member = (site: ContractSite) => bearer(site.token(site.newcomer().claims));
const now = () => Math.floor(Date.now() / 1_000);

/** Header and payload of a JWT that nobody has signed (RFC 7519, section 6). */
function unsigned(site: ContractSite): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ ...site.newcomer().claims, exp: now() + 3_600 })}.`;
}

const handshakes: readonly Refusal[] = [
  { id: 'no-token', name: 'without a token', headers: () => ({}), status: 401, error: /^token missing$/ },
  {
    id: 'garbage',
    name: 'with what is no token',
    headers: () => bearer('no.token.atall'),
    status: 401,
    error: /^the token was refused/,
  },
  {
    id: 'signature',
    name: 'with a token of another secret',
    headers: (site) => bearer(site.token(site.newcomer().claims, { secret: 'of another installation' })),
    status: 401,
    error: /^the token was refused: its signature does not match JWT_SECRET_KEY$/,
  },
  {
    id: 'unsigned',
    name: 'with an unsigned token',
    headers: (site) => bearer(unsigned(site)),
    status: 401,
    error: /^the token was refused/,
  },
  {
    id: 'algorithm',
    name: 'with a token of another algorithm',
    headers: (site) => bearer(site.token(site.newcomer().claims, { algorithm: 'HS512' })),
    status: 401,
    error: /^the token was refused/,
  },
  {
    id: 'expired',
    name: 'with an expired token',
    headers: (site) => bearer(site.token({ ...site.newcomer().claims, exp: now() - 3_600 })),
    status: 401,
    error: /^the token was refused: it has expired$/,
  },
  {
    id: 'not-before',
    name: 'with a token that is not valid yet',
    headers: (site) => bearer(site.token(site.newcomer().claims, { notBefore: '1h' })),
    status: 401,
    error: /^the token was refused/,
  },
  {
    id: 'no-exp',
    name: 'with a token that never expires',
    headers: (site) => bearer(site.token({ ...site.newcomer().claims, exp: undefined })),
    status: 401,
    error: /^the token was refused/,
  },
  {
    id: 'token-type',
    name: 'with a refresh token',
    headers: (site) => bearer(site.token({ ...site.newcomer().claims, token_type: 'refresh' })),
    status: 401,
    error: /^the token was refused/,
  },
  {
    id: 'foreign-tenant',
    name: 'for the tenant of others',
    path: '/ws/tenant/of-others',
    headers: member,
    status: 403,
    error: /^the token does not belong to this tenant$/,
  },
  {
    id: 'unknown-device',
    name: 'for a device that is not known',
    path: '/ws/device/unknown',
    headers: member,
    status: 403,
    error: /^the device is unknown, or it belongs to another tenant$/,
  },
  {
    id: 'foreign-origin',
    name: 'from a foreign origin',
    headers: (site) => ({ ...member(site), Origin: 'https://elsewhere.example' }),
    status: 403,
    error: /^origin https:\/\/elsewhere\.example is not allowed$/,
  },
  {
    id: 'opaque-origin',
    name: 'from a page without an origin (`null`)',
    headers: (site) => ({ ...member(site), Origin: 'null' }),
    status: 403,
    error: /^origin null is not allowed$/,
  },
  {
    id: 'origin-by-forwarded-host',
    name: 'from a foreign origin that claims its host in X-Forwarded-Host',
    headers: (site) => ({
      ...member(site),
      Origin: 'https://elsewhere.example',
      'X-Forwarded-Host': 'elsewhere.example',
      Forwarded: 'host=elsewhere.example;proto=https',
    }),
    status: 403,
    error: /^origin https:\/\/elsewhere\.example is not allowed$/,
  },
  {
    id: 'unknown-channel',
    name: 'on a channel that does not exist',
    path: '/ws/elsewhere',
    headers: member,
    status: 404,
    error: /^unknown channel$/,
  },
  {
    id: 'bad-since',
    name: 'to resume after what is no id',
    path: '/ws?since=yesterday',
    headers: member,
    status: 400,
    error: /^since is not the id of a message$/,
  },
];

interface ServiceRefusal {
  readonly status: number;
  readonly body: string;
  readonly key?: string;
  readonly path?: string;
}

const services: readonly ServiceRefusal[] = [
  { status: 403, body: '{}', key: '' },
  { status: 403, body: '{}', key: 'wrong' },
  { status: 400, body: '{' },
  { status: 422, body: '{}' },
  { status: 404, body: '{}', path: '/elsewhere' },
  { status: 413, body: JSON.stringify({ padding: 'x'.repeat(1_048_576) }) },
];

export const refusalRows: readonly Row[] = [
  ...handshakes.map(
    ({ id, name, path = '/ws', headers, status, error }): Row => ({
      id: `refused-${id}`,
      name: `a handshake ${name} is refused before the upgrade: ${status}, as JSON of the app`,
      run: async (site) => {
        const answer = await knock(site, path, headers(site));
        assert.equal(answer.status, status);
        assert.match(String(answer.headers['content-type']), /application\/json/);
        assert.deepEqual(Object.keys(answer.json), ['error', 'hint']);
        assert.match(answer.json.error, error);
        assert.match(answer.json.hint, /.{10}/);
      },
    }),
  ),
  {
    id: 'admitted',
    name: 'a handshake with a good token is upgraded, also from a page of its own origin',
    run: async (site) => {
      for (const origin of [{}, { Origin: site.pageUrl }])
        assert.equal((await knock(site, '/ws', { ...member(site), ...origin })).status, 101);
    },
  },
  {
    id: 'services',
    name: 'services are refused by the app in its own words: 400, 403, 404, 413, 422',
    run: async (site) => {
      for (const { status, body, key, path = '/messages' } of services) {
        const headers = key === undefined ? site.serviceHeaders : { 'X-API-Key': key };
        const answer = await site.request(path, { method: 'POST', headers, body });
        assert.equal(answer.status, status, body.slice(0, 40));
        assert.ok('detail' in answer.json || 'error' in answer.json, answer.text);
        if (status === 403) assert.deepEqual(answer.json, { detail: 'Invalid or missing API Key' });
      }
    },
  },
];
