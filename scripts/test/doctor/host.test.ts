import { freePort } from '../../src/servers/free-port.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches, type Scratch, scratch } from '../commands/helpers/scratch.js';
import { type Sshd, startSshd } from '../remote/helpers/sshd.js';
import { assertFound, verdictOf } from './helpers/verdict.js';

/* What a host that was deployed to has is looked at in scripts/test/deploy/is-diagnosed.ts: it takes a minute to come up. */
describe('make doctor HOST=', function () {
  this.timeout(60_000);
  let one: Scratch;
  let sshd: Sshd;
  before(async () => {
    await build();
    sshd = await startSshd();
    one = await scratch();
  });
  after(async () => {
    await removeScratches();
    await sshd?.server.stop();
  });

  const look = (config = sshd.config) =>
    one.hermes(
      'doctor',
      '--json',
      '--host',
      sshd.host,
      `SSH_CONFIG=${config}`,
      `DEPLOY_PATH=${one.root}/site`,
    );

  it('says why a host cannot be reached', async () => {
    assertFound(await look(sshd.configWith({ Port: await freePort() })), 'SSH_FAILED');
    assertFound(await look(sshd.configWith({ User: 'nobody-of-that-name' })), 'SSH_FAILED');
  });

  it('says that nothing was deployed', async () => {
    // There may be no engine where this runs, which is told besides.
    const { faults } = verdictOf(await look());
    if (!faults.some(({ code }) => code === 'NOTHING_DEPLOYED')) throw new Error(JSON.stringify(faults));
  });
});
