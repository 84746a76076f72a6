import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/servers/free-port.js';
import { run } from '../commands/helpers/run.js';
import { startSshd } from '../remote/helpers/sshd.js';
import type { Scene } from './on-a-host.js';

/** What a deploy refuses before it touches anything: each in a line, and one that says what to do. */
export function itRefusesClearly(scene: () => Scene): void {
  const refused = async (config: string | undefined, ...more: string[]) => {
    const { site, images } = scene();
    const words = site.words('deploy', '--image', images.b, ...more);
    const { code, stderr } = await run(words, site.environment(config));
    assert.equal(code, 1);
    const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^\S* ?Look/.test(line));
    assert(lines.length <= 2 && !/\bat .*:\d+:\d+/.test(stderr), stderr);
    return stderr;
  };

  describe('with something wrong', () => {
    it('names what is wrong with the way to the host', async () => {
      const { sshd } = scene().site;
      assert.match(await refused(sshd.configWith({ Port: await freePort() })), /refuses ssh connections/);
      assert.match(await refused(sshd.configWith({ User: 'nobody-of-that-name' })), /does not let you in/);
      const other = await startSshd();
      try {
        other.changeHostKey();
        await other.server.restart();
        assert.match(await refused(other.config), /the host key of site is not the one that is known/);
      } finally {
        await other.server.stop();
      }
    });

    it('names a secret that is missing on the host, and one that a command line would show', async () => {
      const file = join(scene().site.root, '.env');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace(/^JWT_SECRET_KEY=.*$/m, ''));
      try {
        assert.match(await refused(undefined), /^JWT_SECRET_KEY is not set in the \.env of the host/m);
        assert.equal(scene().site.journal, undefined);
      } finally {
        writeFileSync(file, text);
      }
      const said = await refused(undefined, 'SERVICE_API_KEY=very-secret-word');
      assert.match(said, /SERVICE_API_KEY is a secret/);
      assert(!said.includes('very-secret-word'));
    });

    it('prints a plan and touches nothing when it is asked to', async () => {
      const { site, images } = scene();
      const { code, stdout } = await site.deploy(images.b, '--dry-run');
      assert.equal(code, 0);
      assert.match(stdout, /Would be done:\n {2}1\. image .*: is there/);
      assert.deepEqual(await site.images(), [images.a]);
    });
  });
}
