import { strict as assert } from 'node:assert';
import { until } from '../../test/helpers/wait.js';
import { knock, longPatience, ownAddress } from '../clients.js';
import type { Row } from '../row.js';

const spoofed = '203.0.113.7';

export const addressRows: readonly Row[] = [
  {
    id: 'client-address',
    name: 'the app logs the address that a client really has, whatever X-Forwarded-…, X-Real-IP and Forwarded say',
    needs: ['addresses', 'logs'],
    run: async (site) => {
      const client = ownAddress();
      const headers = {
        'X-Forwarded-For': spoofed,
        'X-Forwarded-Proto': 'http',
        'X-Forwarded-Port': '1',
        'X-Real-IP': spoofed,
        Forwarded: `for=${spoofed};proto=http`,
      };
      assert.equal((await knock(site, '/ws', headers, client)).status, 401);
      const refused = async () =>
        (await site.appLog())
          .split('\n')
          .filter((line) => line.includes('"token missing"'))
          .map((line) => JSON.parse(line).address);
      await until(
        async () => (await refused()).includes(client.localAddress),
        () => `a line about ${client.localAddress}`,
        longPatience,
        50,
      );
      assert.ok(!(await site.appLog()).includes(spoofed));
    },
  },
];
