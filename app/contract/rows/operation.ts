import { strict as assert } from 'node:assert';
import type { Row } from '../row.js';

export const operationRows: readonly Row[] = [
  {
    id: 'status',
    name: '`hermes status` finds the stack ready, and the certificate served as it is on disk',
    needs: ['operator'],
    run: async (site) => {
      const { exitCode, stdout } = await site.operate('status');
      assert.match(stdout, /up and ready/);
      assert.match(stdout, /served as on disk/);
      assert.equal(exitCode, 0);
    },
  },
  {
    id: 'token',
    name: '`hermes token` prints a token that opens a socket',
    needs: ['operator'],
    run: async (site) => {
      const { stdout } = await site.operate('token', '--user', 'u1', '--tenant', 't1');
      site.secrets.add(stdout);
      await (await site.connect('/ws/tenant/t1', stdout)).end();
    },
  },
];
