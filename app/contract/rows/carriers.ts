import { strict as assert } from 'node:assert';
import { connect } from '../../test/helpers/client.js';
import type { Row } from '../row.js';

export const carrierRows: readonly Row[] = [
  {
    id: 'carrier-header',
    name: 'a token may come in the Authorization header',
    run: async (site) => {
      const client = await site.connect('/ws', site.token(site.newcomer().claims));
      assert.equal(client.socket.protocol, '');
      await client.end();
    },
  },
  {
    id: 'carrier-query',
    name: 'a token may come in the query',
    run: async (site) => {
      const token = site.token(site.newcomer().claims);
      await (await connect(`${site.socketUrl}/ws?token=${token}`, [], { ca: site.ca })).end();
    },
  },
  {
    id: 'carrier-subprotocol',
    name: 'a token may come as a subprotocol, which is answered `bearer`',
    run: async (site) => {
      const token = site.token(site.newcomer().claims);
      const client = await connect(`${site.socketUrl}/ws`, ['bearer', token], { ca: site.ca });
      assert.equal(client.socket.protocol, 'bearer');
      await client.end();
    },
  },
];
