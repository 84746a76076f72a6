import { strict as assert } from 'node:assert';
import { describeAddress, parseRedisUrl, redisUrlOf } from '../../../src/redis/address.js';

const one = { nodes: [{ host: 'h', port: 6379 }], tls: false, db: 0 };

describe('the address of Redis', () => {
  const addresses: Readonly<Record<string, object>> = {
    'redis://h': { ...one, kind: 'standalone' },
    'rediss://h:1': { ...one, kind: 'standalone', tls: true, nodes: [{ host: 'h', port: 1 }] },
    'redis://h/3': { ...one, kind: 'standalone', db: 3 },
    'redis://[::1]:7': { ...one, kind: 'standalone', nodes: [{ host: '::1', port: 7 }] },
    'redis://:p%40ss:w@h': { ...one, kind: 'standalone', password: 'p@ss:w' },
    'redis://u:100%@h': { ...one, kind: 'standalone', username: 'u', password: '100%' },
    'redis-sentinel://:p@a,b:2/main/1': {
      ...one,
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 2 },
      ],
      password: 'p',
      master: 'main',
      db: 1,
    },
    'rediss-cluster://a:1,b:2': {
      ...one,
      kind: 'cluster',
      tls: true,
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
    },
  };
  for (const [url, address] of Object.entries(addresses)) {
    it(`is read from ${url}`, () => assert.deepEqual(parseRedisUrl(url), address));
  }

  for (const url of [
    '',
    'h:6379',
    'http://h',
    'redis://',
    'redis://h:port',
    'redis://h/x',
    'redis-sentinel://h',
    'redis://h/1/2',
    'redis-cluster://a,,b',
  ]) {
    it(`is none in "${url}"`, () => assert.equal(parseRedisUrl(url), undefined));
  }

  it('is BUS_URL, else REDIS_URL, else made of the parts', () => {
    const none = {
      BUS_URL: undefined,
      REDIS_URL: undefined,
      REDIS_HOST: undefined,
      REDIS_PORT: 1,
      REDIS_PASSWORD: undefined,
    };
    assert.equal(redisUrlOf(none), undefined);
    assert.equal(redisUrlOf({ ...none, REDIS_HOST: 'h' }), 'redis://h:1');
    assert.equal(redisUrlOf({ ...none, REDIS_HOST: 'h', REDIS_URL: 'redis://r' }), 'redis://r');
    assert.equal(redisUrlOf({ ...none, REDIS_URL: 'redis://r', BUS_URL: 'redis://b' }), 'redis://b');
    const password = 'p@ss/w:rd %';
    const url = redisUrlOf({ ...none, REDIS_HOST: 'h', REDIS_PASSWORD: password });
    assert.equal(parseRedisUrl(url ?? '')?.password, password);
  });

  it('is told without its password', () => {
    const told = ['redis://u:secret@h', 'redis-sentinel://:secret@a,b/main', 'redis-cluster://:secret@a'].map(
      (url) => {
        const address = parseRedisUrl(url);
        return address && describeAddress(address);
      },
    );
    assert.deepEqual(told, ['h:6379', 'sentinel a:26379,b:26379 (main)', 'cluster a:6379']);
  });
});
