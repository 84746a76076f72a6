import assert from 'node:assert/strict';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { domain, type Installation, newInstallation } from './helpers/installation.js';

describe('make up TLS=letsencrypt', function () {
  this.timeout(240_000);
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
    const begun = performance.now();
    assert.match(await installation.up(), /certificate issued/);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    process.stdout.write(`      from nothing to a verified answer: ${seconds} s\n`);
    await (await installation.connect()).end();

    const { live } = installation;
    assert.match(await installation.up(), /certificate kept/);
    assert.equal(installation.live, live);
  });

  it('issues anew when DOMAIN gets another name, and serves each of them', async () => {
    const names = [domain, `second.${domain}`];
    assert.match(await installation.up(`DOMAIN=${names}`), /certificate renewed \(it is not for second/);
    for (const name of names) await (await installation.connect(name)).end();
  });
});
