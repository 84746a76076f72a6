import { strict as assert } from 'node:assert';
import { sumOf } from '../clients.js';
import type { Row } from '../row.js';

const sockets = 20;

export const replicaRows: readonly Row[] = [
  {
    id: 'replicas',
    name: 'handshakes and requests are spread over the processes of the app, and every socket gets every message once, in order',
    needs: ['replicas'],
    profile: 'replicas',
    run: async (site) => {
      const { claims, tenant, device } = site.newcomer();
      const token = site.token(claims);
      const clients = await Promise.all(Array.from({ length: sockets }, () => site.connect('/ws', token)));
      const published: string[] = [];
      while (published.length < sockets)
        published.push(await site.publish({ tenant_id: tenant, dev_eui: device }));
      for (const client of clients) {
        assert.deepEqual(
          (await client.take(published.length)).map(({ id }) => id),
          published,
        );
        assert.deepEqual(await client.settled(), []);
      }
      const replicas = await site.metricsOfEach();
      const held = replicas.map((metrics) => sumOf(metrics, 'hermes_connections'));
      const taken = replicas.map((metrics) => sumOf(metrics, 'hermes_messages_published_total'));
      for (const counts of [held, taken]) {
        assert.equal(
          counts.reduce((sum, count) => sum + count, 0),
          sockets,
        );
        // Other requests, such as those that ask whether the app is ready, take turns of their own.
        assert.ok(Math.min(...counts) >= sockets / 4, `spread as ${counts}`);
      }
      await Promise.all(clients.map((client) => client.end()));
    },
  },
];
