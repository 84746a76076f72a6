import assert from 'node:assert/strict';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { domain, type Installation, newInstallation } from './helpers/installation.js';

describe('make up TLS=letsencrypt', function () {
  this.timeout(180_000);
  let installation: Installation;

  before(async () => {
    await build();
    installation = await newInstallation();
  });

  after(async () => {
    await removeScratches();
    await installation?.stop();
  });

  it('issues on an empty folder and serves, and twice in a row orders nothing new', async () => {
    const { one, pebble, settings } = installation;
    const begun = performance.now();
    process.stdout.write(await one.up(...settings));
    process.stdout.write(
      `      from nothing to a verified answer: ${((performance.now() - begun) / 1_000).toFixed(1)} s\n`,
    );
    const client = await one.connect(`wss://${domain}:${one.ports.https}`, {
      ca: await pebble.root(),
      servername: domain,
      lookup: (_name, options, answer) => {
        if (typeof options === 'object' && options.all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
        else answer(null, '127.0.0.1', 4);
      },
    });
    await client.end();

    const serial = one.read('certs/live', domain, 'fullchain.pem');
    assert.match(await one.up(...settings), /certificate kept/);
    assert.equal(one.read('certs/live', domain, 'fullchain.pem'), serial);
  });
});
