import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../../../app/test/helpers/service.js';
import { make } from '../certs/helpers/openssl.js';
import { run } from '../commands/helpers/run.js';
import { lines } from '../compose/helpers/docker.js';
import { whileStopped } from '../doctor/helpers/stopped.js';
import { assertFound, assertHealthy } from '../doctor/helpers/verdict.js';
import type { Scene } from './on-a-host.js';

/** `make doctor HOST=` of a host that serves. */
export function itIsDiagnosed(scene: () => Scene): void {
  const doctor = () => scene().site.hermes('doctor', '--json');
  /** The first container of the site whose name has these words. */
  const named = async (words: string) => {
    const filter = `label=monitor-hermes.folder=${scene().site.root}`;
    const names = await lines('ps', '--all', '--format', '{{.Names}}', '--filter', filter);
    return names.find((name) => name.includes(words)) ?? '';
  };

  describe('diagnosed', () => {
    it('has no fault, at any hop, and keeps its key', async () => {
      const run = await doctor();
      const { right } = assertHealthy(run);
      for (const words of [
        /^Host: Docker/,
        /^Containers: /,
        /^Certificate served: the one on disk/,
        /^Handshake straight to /,
        /^Handshake through /,
        /^Clock/,
      ])
        assert(
          right.some((line) => words.test(line)),
          `${words} in ${right.join('\n')}`,
        );
      const { root } = scene().site;
      const [, body = ''] = readFileSync(join(root, 'certs/live/localhost/privkey.pem'), 'utf8').split('\n');
      assert(!run.all.includes(body));
      assert(!run.all.includes(scene().site.secrets.JWT_SECRET_KEY ?? ''));
    });

    it('tells that others may read its settings or its key', async () => {
      const { root } = scene().site;
      const files = { ENV_READABLE: '.env', KEY_EXPOSED: 'certs/live/localhost/privkey.pem' };
      for (const [code, file] of Object.entries(files)) {
        chmodSync(join(root, file), 0o644);
        try {
          assertFound(await doctor(), code);
        } finally {
          chmodSync(join(root, file), 0o600);
        }
      }
    });

    it('gives a fix that mends a certificate that was meddled with', async () => {
      const { root, sshd } = scene().site;
      const tls = join(root, 'certs/live/localhost/tls.pem');
      const key = readFileSync(join(root, 'certs/live/localhost/privkey.pem'), 'utf8');
      const other = make(newFolder(), 'other', { names: 'DNS:localhost' });
      writeFileSync(join(root, 'certs/live/localhost/fullchain.pem'), readFileSync(other.cert));
      writeFileSync(tls, readFileSync(other.cert, 'utf8') + key);
      const { faults } = assertFound(await doctor(), 'KEY_MISMATCH');
      const fix = faults[0]?.fix ?? '';
      assert.match(fix, /^ssh site docker exec \S+ node /);
      const ran = await run(['bash', '-ec', fix.replace(/^ssh/, `ssh -F ${sshd.config}`)], {});
      assert.equal(ran.code, 0, ran.all);
      assertHealthy(await doctor());
    });

    it('tells that a container does not run', async () => {
      await whileStopped(await named('watch'), doctor, (run) => assertFound(run, 'CONTAINER_UNWELL'));
    });

    it('tells that Redis is down, and not what follows from it', async () => {
      await whileStopped(await named('redis'), doctor, (run) => assertFound(run, 'CONTAINER_UNWELL'));
    });

    it('says what it could not look at where the host lets no ports be led', async () => {
      const { server } = scene().site.sshd;
      const file = join(server.dir, 'sshd_config');
      const before = readFileSync(file, 'utf8');
      writeFileSync(file, `${before}AllowTcpForwarding no\n`);
      await server.restart();
      try {
        const { notes } = assertHealthy(await doctor());
        assert.match(notes.join('\n'), /AllowTcpForwarding/);
      } finally {
        writeFileSync(file, before);
        await server.restart();
      }
    });

    it('tells that a deploy was killed', async () => {
      const journal = join(scene().site.root, 'journal');
      writeFileSync(journal, JSON.stringify({ what: 'deploy', step: 'start', id: 'x', by: 'me' }));
      try {
        assertFound(await doctor(), 'DEPLOY_INTERRUPTED');
      } finally {
        rmSync(journal);
      }
    });
  });
}
