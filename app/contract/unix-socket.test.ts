import { strict as assert } from 'node:assert';
import { onThisHost } from './on-this-host.js';
import { ContractRun } from './run.js';
import { rows } from './table.js';

/** What another way to the app could change; all else is the proxy's or the app's alone. */
const asked = [
  'admitted',
  'channel-general',
  'resume',
  'client-address',
  'close-handshake',
  'app-restart',
  'token',
];

const way = onThisHost({
  name: 'nginx by a Unix socket',
  settings: { PROXY: 'nginx', TLS: 'selfsigned', APP_SOCKET: 'auto' },
  proxied: true,
});

describe('the contract with APP_SOCKET=auto', function () {
  this.timeout(300_000);
  const some = rows.filter(({ id }) => asked.includes(id));
  let run: ContractRun;
  before(() => {
    assert.equal(some.length, asked.length);
    run = new ContractRun([way], some);
  });

  for (const row of some) it(row.name, async () => void (await run.outcome(way, row)));

  after('stop the sites', async () => {
    await run.outcomes();
    await run.end();
  });
});
