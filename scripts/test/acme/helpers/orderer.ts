import { beginOrder, endOrder, RateLimited } from '../../../src/acme/ledger.js';
import { limitsFor } from '../../../src/acme/limits.js';

/**
 * A process that places orders in the project folder `argv[2]`, as often as `argv[3]` says, for the names in `argv[4]`,
 * within Let’s Encrypt’s limits when `argv[5]` is `limited`. Prints the id of each order that is on the disk.
 */
const [, , folder = '', times, names = '', limited] = process.argv;
const directory = { name: 'production', url: '', letsencrypt: 'production' } as const;
const limits = limitsFor({ ACME_LIMITS: limited ? 'auto' : 'none' }, directory);
for (let count = 0; count < Number(times); count++) {
  try {
    const order = await beginOrder(folder, { directory: 'production', names: names.split(',') }, limits);
    process.stdout.write(`${order.id}\n`);
    await endOrder(folder, order, 'issued');
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
  }
}
