import { strict as assert } from 'node:assert';
import { tokenOf } from '../../../src/socket/carrier.js';

const query = (text = '') => new URLSearchParams(text);

describe('a token', () => {
  it('comes in the Authorization header, whatever the case of its scheme', () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      assert.equal(tokenOf({ authorization: `${scheme} a.b.c` }, query()), 'a.b.c');
    }
  });

  it('comes in the subprotocols, after bearer', () => {
    assert.equal(tokenOf({ 'sec-websocket-protocol': 'bearer, a.b.c' }, query()), 'a.b.c');
    assert.equal(tokenOf({ 'sec-websocket-protocol': 'bearer,a.b.c,other' }, query()), 'a.b.c');
  });

  it('comes in the query', () => assert.equal(tokenOf({}, query('x=1&token=a.b.c')), 'a.b.c'));

  it('comes from the header first, then from the subprotocols', () => {
    const headers = { authorization: 'Bearer 1', 'sec-websocket-protocol': 'bearer, 2' };
    assert.equal(tokenOf(headers, query('token=3')), '1');
    assert.equal(tokenOf({ 'sec-websocket-protocol': 'bearer, 2' }, query('token=3')), '2');
  });

  it('is looked for further when a carrier has none', () => {
    const headers = { authorization: 'Basic abc', 'sec-websocket-protocol': 'chat' };
    assert.equal(tokenOf(headers, query('token=3')), '3');
  });

  for (const headers of [
    {},
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'Bearer a b' },
    { 'sec-websocket-protocol': 'bearer' },
    { 'sec-websocket-protocol': 'a.b.c, bearer' },
  ]) {
    it(`is missing in ${JSON.stringify(headers)}`, () =>
      assert.equal(tokenOf(headers, query('token=')), undefined));
  }
});
