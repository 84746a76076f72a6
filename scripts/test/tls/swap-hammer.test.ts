import { deepEqual, equal, ok } from 'node:assert/strict';
import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Pair } from '../../../app/src/tls/pair.js';
import { startProcess } from '../../../app/test/helpers/process.js';
import { shake } from '../../../app/test/helpers/tls-session.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { newProject, removeProjects } from '../certs/helpers/project.js';
import { startNginx } from '../render/helpers/nginx.js';
import { startTraefik } from '../render/helpers/traefik.js';
import { until } from '../render/helpers/until.js';
import { onEachNginx } from './helpers/each-nginx.js';
import { hammerDuring } from './helpers/hammer.js';
import { Swapping } from './helpers/swapping.js';
import { workersGid } from './helpers/workers.js';

const swaps = 350;

describe(`${swaps} swaps of the certificate under full handshakes`, function () {
  this.timeout(120_000);
  after(removeProjects);

  /** Swaps, counts and prints; every handshake must have worked, and the last certificate must be served in the end. */
  const hammer = async (
    what: string,
    swapping: Swapping,
    port: number,
    pairs: readonly Pair[],
    swap: (pair: Pair) => Promise<void>,
  ) => {
    const ca = swapping.ca.certificate.toString();
    const began = Date.now();
    const { handshakes, failed, faults, certificates } = await hammerDuring({ port, ca }, async (made) => {
      for (const [index, pair] of pairs.entries()) {
        await swap(pair);
        // However slow the machine is, swaps are under handshakes.
        await until('more handshakes', async () => made() * 3 > index);
      }
    });
    process.stdout.write(
      `      ${what}: ${pairs.length} swaps, ${handshakes} handshakes, ${failed} failed, ${certificates} certificates seen, ${Date.now() - began} ms\n`,
    );
    deepEqual(faults, {});
    equal(failed, 0);
    ok(handshakes >= 100, `only ${handshakes} handshakes`);
    ok(certificates >= 3, `only ${certificates} certificates were seen`);
    const last = pairs.at(-1)?.leaf.serial;
    await until('the last one is served', async () => (await shake({ port, ca }, 'TLSv1.3')).serial === last);
  };

  onEachNginx((binary) => {
    it('fail none with the same key, where workers read certs/live', async () => {
      const swapping = await Swapping.begin(workersGid);
      const pairs = await swapping.issue(swaps, 'the same key');
      const nginx = await startNginx('127.0.0.1:9', {}, { binary: binary(), pem: swapping.live('tls') });
      try {
        await hammer('the same key', swapping, nginx.httpsPort, pairs, (pair) => swapping.install(pair));
      } finally {
        await nginx.stop();
      }
    });

    it('fail none with new keys, where workers read a copy', async () => {
      const swapping = await Swapping.begin(workersGid);
      const pairs = await swapping.issue(swaps, 'new keys');
      const pem = join(newProject(), 'run/tls.pem');
      await swapping.copyTo(pem);
      const nginx = await startNginx('127.0.0.1:9', {}, { binary: binary(), pem });
      try {
        await hammer('new keys', swapping, nginx.httpsPort, pairs, async (pair) => {
          await swapping.install(pair);
          await swapping.copyTo(pem);
        });
      } finally {
        await nginx.stop();
      }
    });
  });

  describe('on Traefik', () => {
    before(async function () {
      // Where there is none, it is built first.
      this.timeout(1_200_000);
      await ensureTraefik(() => {});
    });

    for (const keys of ['the same key', 'new keys'] as const) {
      it(`fail none with ${keys}`, async () => {
        const swapping = await Swapping.begin();
        const pairs = await swapping.issue(swaps, keys);
        const own = { pem: swapping.live('tls'), ca: swapping.ca.certificate.toString() };
        const traefik = await startTraefik('127.0.0.1:9', {}, own);
        try {
          await hammer(keys, swapping, traefik.httpsPort, pairs, async (pair) => {
            await swapping.install(pair);
            traefik.reread();
          });
          equal(traefik.said, '');
        } finally {
          await traefik.stop();
        }
      });
    }

    it('leave a whole pair to read, however fast they follow one another', async () => {
      const swapping = await Swapping.begin();
      const folder = newProject();
      const pem = join(folder, 'tls.pem');
      const swap = (target: string) => {
        symlinkSync(target, join(folder, 'next'));
        renameSync(join(folder, 'next'), pem);
      };
      for (const [index, { cert, key }] of (await swapping.issue(2, 'new keys')).entries())
        writeFileSync(join(folder, String(index)), cert + key);
      swap('0');
      const own = { pem, ca: swapping.ca.certificate.toString() };
      const traefik = await startTraefik('127.0.0.1:9', {}, own);
      try {
        for (let reads = 0; reads < 40; reads++) {
          traefik.reread();
          // Changes are taken up once in 100 ms.
          for (const until = Date.now() + 120; Date.now() < until; await setImmediate())
            for (let index = 0; index < 20; index++) swap(String(index % 2));
        }
        equal(traefik.said, '');
      } finally {
        await traefik.stop();
      }
    });
  });

  describe('on direct TLS', () => {
    for (const keys of ['the same key', 'new keys'] as const) {
      it(`fail none with ${keys}`, async () => {
        const swapping = await Swapping.begin();
        const pairs = await swapping.issue(swaps, keys);
        const { app, target } = await startProcess({
          SSL_CERTFILE: swapping.live('fullchain'),
          SSL_KEYFILE: swapping.live('privkey'),
          SSL_REQUIRED: 'true',
        });
        await hammer(keys, swapping, target.port, pairs, async (pair) => {
          await swapping.install(pair);
          app.child.kill('SIGHUP');
        });
        equal(await app.end('SIGTERM'), 0);
      });
    }
  });
});
