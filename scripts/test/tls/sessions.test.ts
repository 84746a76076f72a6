import { equal, notEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { newSession, shake, type TlsTarget } from '../../../app/test/helpers/tls-session.js';
import { type RunningNginx, startNginx } from '../render/helpers/nginx.js';
import { until } from '../render/helpers/until.js';
import { startUpstream, type Upstream } from '../render/helpers/upstream.js';
import { onEachNginx } from './helpers/each-nginx.js';

describe('sessions of TLS', () => {
  onEachNginx((binary) => {
    let upstream: Upstream;
    let nginx: RunningNginx;
    let target: TlsTarget;
    before(async () => {
      upstream = await startUpstream();
      nginx = await startNginx(upstream.address, {}, { binary: binary() });
      target = { port: nginx.httpsPort, ca: nginx.ca.certificate };
    });
    after(async () => {
      await nginx?.stop();
      await upstream?.close();
    });

    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      it(`are resumed by ${version} across a renewal`, async () => {
        const session = await newSession(target, version);
        const { serial } = await shake(target, version);
        nginx.serve(nginx.ca.leaf('ecdsa'));
        const renewed = await until('the new certificate is served', async () => {
          const now = await shake(target, version);
          return now.serial !== serial && now;
        });
        notEqual(renewed.serial, serial);
        equal((await shake(target, version, session)).resumed, true);
      });

      it(`are resumed by ${version} by a worker that did not begin them`, async function () {
        const [first, ...others] = nginx.processes().map(Number);
        if (first === undefined || others.length === 0) return this.skip();
        const session = await withoutThese(others, () => newSession(target, version));
        equal(await withoutThese([first], async () => (await shake(target, version, session)).resumed), true);
      });
    }
  });
});

/** By the state in proc_pid_stat(5), which follows the name in brackets. */
const isStopped = (pid: number) => /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** Holds processes still meanwhile, so that others take what comes. */
async function withoutThese<T>(pids: readonly number[], action: () => Promise<T>): Promise<T> {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await until('they stand still', () => pids.every((pid) => isStopped(pid)));
    return await action();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}
