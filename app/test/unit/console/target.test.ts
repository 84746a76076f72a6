import { strict as assert } from 'node:assert';
import { isOwnServer, ownAddress, readTarget } from '../../../src/console/target.js';

const page = new URL('https://hermes.example:8443/');
const choice = { address: 'wss://hermes.example:8443', channel: '/ws', id: '', since: '', devices: [] };
const read = (changes: Partial<Parameters<typeof readTarget>[0]>, from = page) =>
  readTarget({ ...choice, ...changes }, from);

describe('the target of the console', () => {
  it('is the server of the page unless another is named', () => {
    assert.equal(ownAddress(page), 'wss://hermes.example:8443');
    assert.equal(ownAddress(new URL('http://localhost:5000/')), 'ws://localhost:5000');
  });

  it('takes a host alone, and http for ws', () => {
    assert.equal(read({ address: ' hermes.example ' }).url?.href, 'wss://hermes.example/ws');
    assert.equal(read({ address: 'https://h:9' }).url?.href, 'wss://h:9/ws');
    assert.equal(
      read({ address: 'localhost:5000' }, new URL('http://x/')).url?.href,
      'ws://localhost:5000/ws',
    );
  });

  it('refuses an address with more than scheme, host and port', () => {
    const addresses = [
      '',
      'wss://h/ws',
      'wss://h?token=x',
      'wss://u:p@h',
      'ftp://h',
      'wss://',
      'a b',
      'wss://h#x',
    ];
    for (const address of addresses) {
      assert.deepEqual([address, read({ address }).problem?.code], [address, 'address-invalid']);
    }
  });

  it('puts an id into the path as one segment', () => {
    const { url } = read({ channel: '/ws/tenant/{id}', id: ' a/b?c $& ' });
    assert.equal(url?.pathname, '/ws/tenant/a%2Fb%3Fc%20%24%26');
    assert.equal(read({ channel: '/ws/device/{id}', id: ' ' }).problem?.code, 'id-missing');
  });

  it('carries since and, on /ws only, devices', () => {
    const more = { since: ' 17-0 ', devices: ['a', 'b&c'] };
    assert.equal(read(more).url?.search, '?since=17-0&device=a&device=b%26c');
    assert.equal(read({ ...more, channel: '/ws/notifications' }).url?.search, '?since=17-0');
  });

  it('is mixed content when it is plain and the page is not, except on this computer', () => {
    assert.equal(read({ address: 'ws://hermes.example' }).problem?.code, 'mixed-content');
    assert.equal(read({ address: 'ws://hermes.example' }, new URL('http://x/')).problem, undefined);
    for (const host of ['localhost', 'a.localhost', '127.0.0.1', '[::1]']) {
      assert.equal(read({ address: `ws://${host}` }).problem, undefined);
    }
  });

  it('is the server of the page only where scheme, host and port agree', () => {
    const own = (address: string) => isOwnServer(new URL(address), page);
    assert.ok(own('wss://hermes.example:8443/ws?since=1'));
    for (const other of ['ws://hermes.example:8443', 'wss://hermes.example', 'wss://other:8443']) {
      assert.ok(!own(other), other);
    }
  });
});
