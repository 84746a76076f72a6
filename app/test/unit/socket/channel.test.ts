import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { channelOf, plainId } from '../../../src/socket/channel.js';

const vectors = JSON.parse(readFileSync(new URL('../../data/fernet-tokens.json', import.meta.url), 'utf8'));
const key = Buffer.from(vectors.key, 'base64url');

describe('a path names a channel', () => {
  for (const [path, channel] of [
    ['/ws', { kind: 'general' }],
    ['/ws/', { kind: 'general' }],
    ['/ws/notifications', { kind: 'notifications' }],
    ['/ws/notifications/', { kind: 'notifications' }],
    ['/ws/tenant/t1', { kind: 'tenant', id: 't1' }],
    ['/ws/device/a840419edb62011c/', { kind: 'device', id: 'a840419edb62011c' }],
    ['/ws/tenant/a%2Fb', { kind: 'tenant', id: 'a/b' }],
    ['/ws/tenant/%C3%B1', { kind: 'tenant', id: 'ñ' }],
    ['/ws/tenant/..', { kind: 'tenant', id: '..' }],
    ['/ws/tenant/%2e%2e', { kind: 'tenant', id: '..' }],
    ['/ws/tenant/notifications', { kind: 'tenant', id: 'notifications' }],
    ['/ws/device/gAAAAA==', { kind: 'device', id: 'gAAAAA==' }],
    ["/ws/device/-._~!$&'()*+,;=:@", { kind: 'device', id: "-._~!$&'()*+,;=:@" }],
  ] as const) {
    it(path, () => assert.deepEqual(channelOf(path), channel));
  }
});

describe('a path names no channel', () => {
  for (const path of [
    '',
    '/',
    '//ws',
    '/ws//',
    '/wsx',
    '/WS',
    '/ws/x',
    '/ws/Notifications',
    '/ws/notifications/x',
    '/ws/tenant',
    '/ws/tenant/',
    '/ws/tenant//',
    '/ws/device/a/b',
    '/ws/tenant/%',
    '/ws/tenant/%E0%A4%A',
    '/ws/tenant/%ff',
    '/ws/tenant/../tenant/t1',
    '/ws/./notifications',
    '/ws#x',
    '/ws/tenant/t1#x',
    '/ws\\notifications',
    '/\\[',
    '/ws/tenant/a b',
    '/ws/tenant/\u00a0',
    '/ws/tenant/ñ',
    '/ws/tenant/t1\n',
    'ws://host/ws',
    'http://[',
    '*',
    '/ws/.websocket',
  ]) {
    it(JSON.stringify(path), () => assert.equal(channelOf(path), undefined));
  }
});

describe('an id', () => {
  const { token } = vectors.tokens[0];

  it('is taken as it is when it is plain', () => {
    assert.equal(plainId('t1', undefined), 't1');
    assert.equal(plainId('t1', key), 't1');
  });

  it('is decrypted when it was made with WS_SECRET', () => assert.equal(plainId(token, key), 't1'));

  it('is none when it was made with another key, or where there is none', () => {
    assert.equal(plainId(vectors.foreign, key), undefined);
    assert.equal(plainId(token, undefined), undefined);
  });
});
