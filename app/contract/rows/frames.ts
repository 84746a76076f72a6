import { strict as assert } from 'node:assert';
import { open } from '../clients.js';
import type { Row } from '../row.js';

const limit = 64 * 1024;
const tooLong = { code: 1009, reason: 'a frame may have 64 KiB at most' };

/** A ping as a client may send it, of this length. */
function ping(bytes: number): string {
  const frame = JSON.stringify({ action: 'ping', padding: '' });
  return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
}

export const frameRows: readonly Row[] = [
  {
    id: 'frame-64k',
    name: 'a frame of 64 KiB is read, and one byte more closes with 1009',
    run: async (site) => {
      const client = await open(site);
      assert.deepEqual(await client.ask(ping(limit)), { action: 'pong' });
      client.send(ping(limit + 1));
      assert.deepEqual(await client.closed(), tooLong);
    },
  },
  {
    id: 'fragments',
    name: '64 KiB in fragments are read as one frame, with pings between them; one byte more closes with 1009',
    run: async (site) => {
      const client = await open(site);
      const inFragments = (text: string) => {
        for (let at = 0; at < text.length; at += 1_000) {
          client.socket.send(text.slice(at, at + 1_000), { fin: at + 1_000 >= text.length });
          // `ws` cuts whoever sends dozens of pings before their pongs are written.
          if (at % 8_000 === 0) client.socket.ping();
        }
      };
      inFragments(ping(limit));
      assert.deepEqual(await client.next(), { action: 'pong' });
      inFragments(ping(limit + 1));
      assert.deepEqual(await client.closed(), tooLong);
    },
  },
  {
    id: 'long-down',
    name: 'an uplink of half a MiB reaches the socket whole',
    run: async (site) => {
      const { claims, tenant, device } = site.newcomer();
      const client = await site.connect('/ws', site.token(claims));
      const payload = { body: 'x'.repeat(512 * 1024) };
      const id = await site.publish({ tenant_id: tenant, dev_eui: device, payload });
      const frame = await client.next();
      assert.equal(frame.id, id);
      assert.deepEqual(frame.payload, payload);
      await client.end();
    },
  },
  {
    id: 'binary',
    name: 'a binary frame closes with 1003',
    run: async (site) => {
      const client = await open(site);
      client.socket.send(new Uint8Array(1));
      assert.deepEqual(await client.closed(), { code: 1003, reason: 'only text frames are understood' });
    },
  },
];
