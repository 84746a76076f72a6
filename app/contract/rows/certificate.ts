import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { Publisher } from '../../test/helpers/stack/publisher.js';
import { until, within } from '../../test/helpers/wait.js';
import { longPatience } from '../clients.js';
import type { Row } from '../row.js';
import type { ContractSite } from '../way.js';

const sockets = 20;

export const certificateRows: readonly Row[] = [
  {
    id: 'certificate-swap',
    name: 'while certificates are swapped, no socket closes, no message is lost, no handshake fails, and the new one is served',
    needs: ['renew'],
    run: async (site) => {
      const { claims, tenant, device } = site.newcomer();
      const token = site.token(claims);
      const clients = await Promise.all(Array.from({ length: sockets }, () => site.connect('/ws', token)));
      const publisher = new Publisher(site, { tenant_id: tenant, dev_eui: device });
      const serials: string[] = [await servedSerial(site)];
      let swapping = true;
      const handshakes = (async () => {
        while (swapping) serials.push(await servedSerial(site));
      })();
      for (const _ of ['first', 'second']) {
        const before = await servedSerial(site);
        await site.renew();
        assert.notEqual(await servedSerial(site), before);
      }
      swapping = false;
      await handshakes;
      // From one to the next, and never back.
      const changes = serials.filter((serial, index) => serial !== serials[index - 1]).length;
      assert.equal(changes, new Set(serials).size);
      await publisher.afterwards(10);
      const published = await publisher.stop();
      for (const client of clients) {
        await until(
          () => client.frames.length >= published.length,
          () => `${published.length} frames, not ${client.frames.length}`,
          longPatience,
        );
        assert.deepEqual(
          (await client.settled()).map(({ id }) => id),
          published,
        );
        await client.end();
      }
    },
  },
];

/** The serial number that a new, verified handshake shows. */
async function servedSerial(site: ContractSite): Promise<string> {
  const { hostname, port } = new URL(site.pageUrl);
  const socket = connect({ host: hostname, port: Number(port), servername: hostname, ca: site.ca });
  try {
    await within(once(socket, 'secureConnect'), 'the TLS handshake');
    return socket.getPeerX509Certificate()?.serialNumber ?? '';
  } finally {
    socket.destroy();
  }
}
