import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { findExecutable } from '../../src/packages/find.js';
import { build } from './helpers/build.js';
import { hermes } from './helpers/run.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

const fault = 'PROXY=apache (command line) is not valid: allowed is one of nginx, traefik, none';

describe('what `hermes up` shows', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  const steps = ['Settings', 'Ports', 'Nginx', 'Certificate', 'Configuration', 'Start', 'WebSocket'];

  describe('without a terminal', () => {
    it('is a line for each step that was done, without colours', async () => {
      const { stdout, stderr } = await one.hermes('up');
      const done = [...stdout.matchAll(/^✔ (\w+)/gm)].map(([, step]) => step);
      assert.deepEqual(done, steps);
      assert.equal(stdout, stripVTControlCharacters(stdout));
      assert.equal(stderr, '');
    });

    it('leaves out the steps that have nothing to do', async () => {
      const { stdout } = await one.hermes('up', 'TLS=off', 'PROXY=none');
      assert.doesNotMatch(stdout, /Nginx|Certificate|SKIPPED/);
    });

    it('is the failed step, then what was wrong, once', async () => {
      const { stdout, stderr } = await one.hermes('up', 'PROXY=apache');
      assert.equal(stdout, '');
      assert.equal(stderr, `✖ Settings\n${fault}`);
    });
  });

  describe('in a terminal', () => {
    before(function () {
      if (!findExecutable('script') || process.platform !== 'linux') this.skip();
    });

    it('ends with every step done, and the welcome', async () => {
      const shown = await inTerminal('up');
      const last = shown.slice(shown.lastIndexOf('✔ Settings'));
      assert.deepEqual(
        [...last.matchAll(/^✔ (\w+)/gm)].map(([, step]) => step),
        steps,
      );
      assert.match(last, /^Monitor Hermes is up\.$/m);
    });

    it('says once what was wrong', async () => {
      const shown = await inTerminal('up', 'PROXY=apache');
      assert.equal(shown.split(fault).length, 2);
      assert.match(shown, /✖ Settings/);
    });

    it('is as without one where the terminal has no width', async () => {
      const shown = await inTerminal('up', 'PROXY=apache', { columns: 0 });
      assert.ok(shown.includes(`✖ Settings\n${fault}`), shown);
    });
  });

  async function inTerminal(...words: (string | { columns: number })[]): Promise<string> {
    const columns = words.find((word) => typeof word === 'object')?.columns ?? 120;
    const verb = words.filter((word) => typeof word === 'string').join(' ');
    const command = `stty columns ${columns} rows ${columns && 40}; ${hermes.join(' ')} ${verb}`;
    const { stdout } = await one.run(['script', '--quiet', '--return', '--command', command, '/dev/null']);
    return stripVTControlCharacters(stdout).replaceAll('\r', '');
  }
});
