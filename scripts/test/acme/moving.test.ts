import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { build } from '../commands/helpers/build.js';
import { removeScratches, scratch } from '../commands/helpers/scratch.js';
import { type Installation, newInstallation } from './helpers/installation.js';

describe('an installation that moves to another folder', function () {
  this.timeout(240_000);
  let installation: Installation;

  before(build);

  after(async () => {
    await removeScratches();
    await installation?.stop();
  });

  it('takes its certificate along with .env and certs/, orders nothing for that, and goes on renewing', async () => {
    installation = await newInstallation();
    await installation.up();
    const { one: before, live, settings } = installation;
    await before.hermes('down');

    const after = await scratch();
    for (const name of ['.env', 'certs'])
      cpSync(before.at(name), after.at(name), { recursive: true, verbatimSymlinks: true });
    // The CA looks at the port that it was told.
    const same = [...settings, `HTTP_PORT=${before.ports.http}`];
    assert.match(await after.up(...same), /certificate kept/);
    assert.equal(after.read('certs/live', installation.name, 'fullchain.pem'), live);

    const { code, all } = await after.hermes('renew', '--force');
    assert.equal(code, 0, all);
    assert.match(all, /certificate renewed[\s\S]*served as on disk/);
    assert.notEqual(after.read('certs/live', installation.name, 'fullchain.pem'), live);
    assert.equal(
      before.read('certs/live', installation.name, 'fullchain.pem'),
      live,
      'nothing is written there',
    );
  });
});
