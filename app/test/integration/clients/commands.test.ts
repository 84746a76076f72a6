import { strict as assert } from 'node:assert';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../../src/settings/project-root.js';
import { apiKey } from '../../helpers/target.js';
import { token } from '../../helpers/tokens.js';
import { until } from '../../helpers/wait.js';
import { comparable, type Step, stepsOf, variablesOf } from './doc-blocks.js';
import { Example } from './example.js';
import { Site } from './site.js';

const read = (name: string) => stepsOf(join(projectRoot, 'docs/clients', name));

describe('the curl lines', () => {
  let site: Site;
  const [setup, ...steps] = read('curl.md') as [Step, ...Step[]];
  const variables = () => ({
    HERMES: site.service.url,
    HERMES_CA: site.ca.caFile,
    SERVICE_API_KEY: apiKey,
    HERMES_TOKEN: token(),
  });
  before(async () => {
    site = new Site();
    await site.start();
  });
  after(() => site.stop());

  it('print what their document says', async () => {
    assert.deepEqual(variablesOf(setup), Object.keys(variables()));
    // One shell for all, since the blocks build on one another; each ends with a record separator.
    const script = steps.map(({ command }) => `${command}printf '\\036'\n`).join('');
    const env = { PATH: process.env.PATH, ...variables() };
    const { stdout, stderr } = await execa('sh', ['-u'], { input: script, env, extendEnv: false });
    assert.equal(stderr, '');
    const printed = stdout.split('\u001e').slice(0, -1);
    assert.deepEqual(
      printed.map(comparable),
      steps.map(({ output }) => comparable(output)),
    );
  });
});

describe('the wscat lines', () => {
  let site: Site;
  const [setup, ...steps] = read('wscat.md') as [Step, ...Step[]];
  const variables = () => ({
    HERMES_URL: `wss://${site.address}/ws`,
    HERMES_CA: site.ca.caFile,
    HERMES_TOKEN: token(),
  });
  /** Shown once, and seen by each command that follows a channel. */
  const uplink = steps[0]?.output ?? '';
  before(async () => {
    site = new Site();
    await site.start();
  });
  after(() => site.stop());

  it('take their variables from the first block', () => {
    assert.deepEqual(variablesOf(setup), Object.keys(variables()));
  });

  for (const { command, output } of steps) {
    it(`print what their document says: ${command.split('\n')[0]}`, async () => {
      const path = [join(projectRoot, 'node_modules/.bin'), process.env.PATH].join(delimiter);
      const wscat = new Example(['sh', '-c', `exec ${command}`], { ...variables(), PATH: path });
      try {
        if (!command.includes('--execute')) {
          await until(
            async () => (await site.service.metric('hermes_connections', 'channel="general"')) === 1,
            () => 'the connection',
          );
          await site.service.publish();
        }
        await wscat.printed(1);
        assert.equal(comparable(JSON.stringify(wscat.frames[0])), comparable(output || uplink));
      } finally {
        await wscat.kill();
      }
      await until(
        async () => (await site.service.metric('hermes_connections', 'channel="general"')) === 0,
        () => 'the end of the connection',
      );
    });
  }
});
