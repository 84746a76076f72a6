import { ensureLocal } from '../../../src/certs/ensure-local.js';

/** A process that renews the certificate of the project folder `argv[2]` as often as `argv[3]` says. */
const [, , folder = '', times] = process.argv;
for (let count = 0; count < Number(times); count++) {
  await ensureLocal({ folder, domains: ['localhost'], days: 90, force: true, newKey: true });
}
