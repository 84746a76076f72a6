import { strict as assert } from 'node:assert';
import { RawPeer } from '../../test/helpers/raw.js';
import { until, within } from '../../test/helpers/wait.js';
import { longPatience, metric, open } from '../clients.js';
import type { Row } from '../row.js';

/** Pings of an hour: one each 25 s, which is the default. Here one comes each second. */
const pingsOfAnHour = 3_600 / 25;
/** Milliseconds for them to come, on a machine that has much to do. */
const hour = 400_000;

export const lifeRows: readonly Row[] = [
  {
    id: 'idle-hour',
    name: 'a socket that is silent for an hour stays open (144 pings of the server; the clock shortened 25 times)',
    needs: ['settings'],
    pace: 'alongside',
    run: async (site) => {
      const { claims, user } = site.newcomer();
      const client = await site.connect('/ws', site.token(claims));
      let pings = 0;
      client.socket.on('ping', () => {
        pings += 1;
      });
      await until(
        () => pings >= pingsOfAnHour || client.socket.readyState !== client.socket.OPEN,
        () => `${pingsOfAnHour} pings, not ${pings}`,
        hour,
        250,
      );
      assert.ok(pings >= pingsOfAnHour, `the socket was closed after ${pings} pings`);
      const id = await site.notify(user);
      assert.deepEqual(
        (await client.settled()).map((frame) => frame.id),
        [id],
      );
      await client.end();
    },
  },
  {
    id: 'no-pong',
    name: 'a socket whose client answers no ping is cut',
    needs: ['settings'],
    run: async (site) => {
      const client = await site.connect('/ws', site.token(site.newcomer().claims), { autoPong: false });
      await until(
        () => client.socket.readyState === client.socket.CLOSED,
        () => 'the end of the connection',
        longPatience,
      );
      assert.deepEqual(await client.closed(), { code: 1006, reason: '' });
    },
  },
  {
    id: 'half-close',
    name: 'a client that ends its half of the connection is let go, and the app forgets its socket',
    needs: ['metrics'],
    run: async (site) => {
      const { claims } = site.newcomer();
      // The only row that opens sockets on this channel while it is counted.
      const count = () => metric(site, 'hermes_closes_total', 'channel="tenant"');
      const before = await count();
      const path = `/ws/tenant/${claims.cs_tenant_id}`;
      const peer = await RawPeer.upgradeTls(site.pageUrl, site.ca, path, site.token(claims));
      peer.socket.end();
      await peer.ended(longPatience);
      await until(
        async () => (await count()) > before,
        () => 'the app to forget the socket',
        longPatience,
      );
    },
  },
  {
    id: 'token-ends',
    name: 'when its token expires, a socket is closed with 1008',
    run: async (site) => {
      const { claims } = site.newcomer();
      // Time enough to connect: a token is refused from the second on in which it expires.
      const client = await site.connect('/ws', site.token(claims, { expiresIn: '6s' }));
      assert.deepEqual(await client.closed(), { code: 1008, reason: 'the token has expired' });
    },
  },
  {
    id: 'close-handshake',
    name: 'a close frame of the client is answered with the same code',
    run: async (site) => {
      const client = await open(site);
      client.socket.close(4000, 'done');
      assert.equal((await within(client.closed(), 'the close')).code, 4000);
    },
  },
];
