import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { bringByRegistry } from '../../src/deploy/by-registry.js';
import { wantedImage } from '../../src/deploy/image.js';
import { Remote } from '../../src/remote/remote.js';
import { docker } from '../compose/helpers/docker.js';
import { describeOnEngine, startPatience } from '../compose/helpers/engine.js';
import { type Sshd, startSshd } from '../remote/helpers/sshd.js';
import { Registry } from './helpers/registry.js';

const { signal } = new AbortController();

describeOnEngine('The image of a deploy', function () {
  this.timeout(startPatience);

  describe('of a revision of git', () => {
    const root = mkdtempSync(join(tmpdir(), 'hermes-revisions-'));
    const git = async (...args: string[]) =>
      (await execa('git', ['-c', 'user.name=test', '-c', 'user.email=test@test', ...args], { cwd: root }))
        .stdout;
    const write = (text: string) => writeFileSync(join(root, 'app/marker'), `${text} ${root}`);
    const built: string[] = [];

    before(async () => {
      mkdirSync(join(root, 'app'));
      writeFileSync(join(root, 'app/Dockerfile'), 'FROM debian:bookworm-slim\nCOPY app/marker /marker\n');
      await git('init', '--quiet');
      for (const text of ['first', 'second']) {
        write(text);
        await git('add', '.');
        await git('commit', '--quiet', '--message', text);
      }
      write('not committed');
    });
    after(async () => {
      if (built.length > 0) await docker('image', 'rm', '--force', ...built);
      rmSync(root, { recursive: true, force: true });
    });

    it('is built of that revision once, whatever the checkout is, and named by it', async () => {
      const wanted = await wantedImage(root, { ref: 'HEAD~1' });
      assert.equal(wanted.image, `monitor-hermes:${await git('rev-parse', '--short=12', 'HEAD~1')}`);
      built.push(wanted.image);
      await wanted.build(signal);
      const marker = await docker('run', '--rm', '--network', 'none', wanted.image, 'cat', '/marker');
      assert.equal(marker, `first ${root}`);
      const id = () => docker('image', 'inspect', '--format', '{{.Id}} {{.Created}}', wanted.image);
      const before = await id();
      await wanted.build(signal);
      assert.equal(await id(), before);
    });

    it('is refused in a line where there is no such revision, or no git', async () => {
      await assert.rejects(wantedImage(root, { ref: 'v9.9.9' }), {
        message: 'REF=v9.9.9 is no revision here',
      });
      await assert.rejects(wantedImage(root, { ref: '--all' }), { code: 'ref-unknown' });
      rmSync(join(root, '.git'), { recursive: true });
      await assert.rejects(wantedImage(root, { ref: 'HEAD' }), { code: 'ref-without-git' });
    });
  });

  describe('by a registry', () => {
    const image = `hermes-test-${randomUUID().slice(0, 8)}:1`;
    let registry: Registry;
    let sshd: Sshd;
    let remote: Remote;
    let made = 0;

    const make = async () => {
      made += 1;
      // Not built: the cache of builds would keep its layer when the image goes.
      const name = image.replace(':', '-');
      await docker(
        'run',
        '--network',
        'none',
        '--name',
        name,
        'debian:bookworm-slim',
        'sh',
        '-c',
        `echo ${image} > /marker`,
      );
      await docker('commit', name, image);
      await docker('rm', name);
    };
    const bring = () =>
      bringByRegistry(remote, { registry: `${registry.host}/kit`, images: [image], make, signal });

    before(async () => {
      [registry, sshd] = await Promise.all([Registry.start(), startSshd()]);
      remote = await Remote.connect({ host: sshd.host, config: sshd.config });
    });
    after(async () => {
      await remote?.close();
      await sshd?.server.stop();
      await registry?.remove();
      await docker('image', 'rm', '--force', image).catch(() => {});
    });

    it('is made and pushed once', async () => {
      await bring();
      assert.equal(made, 1);
      assert.deepEqual(await registry.tags(`kit/${image.split(':')[0]}`), ['1']);
    });

    it('comes from there without being made again: the layers alone that the host lacks', async () => {
      await docker('image', 'rm', image);
      assert.equal(await bring(), '1 of 2 layers taken');
      assert.equal(made, 1);
      assert.match(await docker('run', '--rm', '--network', 'none', image, 'cat', '/marker'), /hermes-test-/);
      assert(!(await docker('image', 'ls')).includes(registry.host));
    });

    it('comes with another one that only this side has', async () => {
      const other = image.replace(':1', ':2');
      const tag = () => docker('tag', image, other).then(() => {});
      await bringByRegistry(remote, {
        ...{ registry: `${registry.host}/kit`, images: [other, image], signal },
        make: tag,
      });
      assert.deepEqual((await registry.tags(`kit/${image.split(':')[0]}`)).sort(), ['1', '2']);
      await docker('image', 'rm', other);
    });

    it('is told of in a line when it cannot be pushed', async () => {
      await assert.rejects(
        bringByRegistry(remote, { registry: '127.0.0.1:1/kit', images: [image], make, signal }),
        { code: 'image-not-pushed', message: /127\.0\.0\.1:1.*refused/ },
      );
    });
  });
});
