import assert from 'node:assert/strict';
import { join } from 'node:path';
import { newFolder } from '../../../app/test/helpers/service.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches, scratch } from '../commands/helpers/scratch.js';
import { blocksOf } from '../docs/page/blocks.js';
import { type Installation, newInstallation } from './helpers/installation.js';

/** Those of our page that pack and unpack. */
const commands = blocksOf(new URL('../../../docs/how-to/lets-encrypt.md', import.meta.url))
  .filter(({ section }) => section === 'To another host')
  .flatMap(({ code }) => code.split('\n').filter((line) => line.startsWith('tar ')));

describe('an installation that moves to another folder', function () {
  this.timeout(240_000);
  let installation: Installation;

  before(build);

  after(async () => {
    await removeScratches();
    await installation?.stop();
  });

  it('takes its certificate along with .env and certs/, orders nothing for that, and goes on renewing', async () => {
    assert.equal(commands.length, 2);
    installation = await newInstallation();
    await installation.up();
    const { one: before, live, settings } = installation;
    await before.hermes('down');

    const after = await scratch();
    const archive = join(newFolder(), 'hermes.tar.gz');
    for (const [command, where] of commands.map(
      (line, index) => [line, index === 0 ? before : after] as const,
    )) {
      const run = await where.run(['sh', '-c', command.replace('hermes.tar.gz', archive)]);
      assert.equal(run.code, 0, run.all);
    }
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
