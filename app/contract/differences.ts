import { strict as assert } from 'node:assert';
import { ask } from '../test/helpers/answer.js';
import { h2c, negotiate, redirected, strange } from './rows/http.js';
import { bare429, handshakesOfAnAddress, socketsOfAnAddress } from './rows/limits.js';
import { appAway } from './rows/restart.js';
import type { ContractSite } from './way.js';

/** What a way can do no other way than the rest. Whatever is not listed here is the same over all of them. */
export interface Difference {
  /** `id` of the row. */
  readonly row: string;
  /** `name` of the way. */
  readonly way: string;
  /** What holds in its place. */
  readonly holds: string;
  readonly because: string;
  /** Proves what holds. It cannot be true together with the row, so that a difference that is gone is noticed. */
  readonly instead: (site: ContractSite) => Promise<void>;
}

const plainText = 'Traefik has no place for a text of ours in the errors that it makes itself';

export const differences: readonly Difference[] = [
  {
    row: 'to-https',
    way: 'traefik',
    holds: 'GET is redirected with 301, any other method with 308',
    because: 'Traefik lets nobody choose; a GET stays a GET after 301, so the client ends in the same place',
    instead: redirected(301),
  },
  {
    row: 'to-https',
    way: 'direct',
    holds: 'plain http is not understood at all',
    because: 'the app alone has one port, and that speaks TLS',
    instead: async (site) => {
      await assert.rejects(ask(site.pageUrl.replace('https:', 'http:'), '/'), { code: 'ECONNRESET' });
    },
  },
  {
    row: 'strangers',
    way: 'traefik',
    holds: 'it gets a bare 404, of which the app does not hear',
    because: 'Traefik cannot close a connection without an answer; its 404 names neither us nor our hosts',
    instead: async (site) => {
      for (const asked of strange(site)) {
        const { status, text } = await asked();
        assert.deepEqual([status, text], [404, '404 page not found\n']);
      }
    },
  },
  {
    row: 'strangers',
    way: 'direct',
    holds: 'the app answers under any name',
    because: 'it does not ask by which name it is called; the check of origins still compares pages with it',
    instead: async (site) => {
      assert.equal((await strange(site)[0]()).status, 200);
    },
  },
  {
    row: 'metrics-inside',
    way: 'direct',
    holds: 'they are at `/metrics`',
    because: 'it is the proxy that keeps them inside; without one, a firewall has to',
    instead: async (site) => {
      assert.match((await site.request('/metrics')).text, /hermes_connections/);
    },
  },
  {
    row: 'sockets-per-address',
    way: 'traefik',
    holds: 'the same are refused with 429, as plain text',
    because: plainText,
    instead: socketsOfAnAddress(bare429),
  },
  {
    row: 'handshakes-per-second',
    way: 'traefik',
    holds: 'the same are refused with 429, as plain text',
    because: plainText,
    instead: handshakesOfAnAddress(bare429),
  },
  {
    row: 'h2c',
    way: 'direct',
    holds: 'it is refused with 400',
    because: 'in the app every upgrade is for `ws`, which takes a WebSocket and nothing else',
    instead: async (site) => {
      for (const path of ['/', '/ws', '/metrics'])
        assert.equal((await site.request(path, { headers: h2c })).status, 400, path);
    },
  },
  {
    row: 'http2',
    way: 'direct',
    holds: 'they go by HTTP/1.1',
    because: 'the app alone is for few clients; sockets are on HTTP/1.1 everywhere',
    instead: async (site) => {
      assert.equal((await negotiate(site)).protocol, 'http/1.1');
    },
  },
  {
    row: 'app-away',
    way: 'traefik',
    holds: 'it gets 502, as plain text',
    because: plainText,
    instead: appAway(async (asked) => {
      const { status, text } = await asked;
      assert.deepEqual([status, text], [502, 'Bad Gateway']);
    }),
  },
  {
    row: 'app-away',
    way: 'direct',
    holds: 'the connection is refused',
    because: 'nobody else is there to answer',
    // Reset, where the connection came between the signal and the end.
    instead: appAway((asked) => assert.rejects(asked, { code: /^(ECONNREFUSED|ECONNRESET)$/ })),
  },
];
