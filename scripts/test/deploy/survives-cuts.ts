import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { assertAnswers, assertNextSucceeds, at, begin, untilFree } from './helpers/deploy-under-way.js';
import type { Scene } from './on-a-host.js';

/** The network between operator and host is cut in the middle of a step. */
export function itSurvivesCuts(scene: () => Scene): void {
  it('says so when the host is not heard any more, and the site serves on; the lock is free by itself', async () => {
    const { site, images } = scene();
    const deploy = begin(site, images.b);
    assert(await at(deploy, site, 'gate'));
    // Both ends stay, and neither hears of the other.
    const sessions = sessionsOf(site.sshd.server.pid);
    assert(sessions.length > 0);
    for (const pid of sessions) process.kill(pid, 'SIGSTOP');
    try {
      const { exitCode, all } = await deploy;
      assert.equal(exitCode, 1);
      assert.match(all, /the (connection to site|lock of the host) is lost/);
      assert.match(all, /run this again: it puts in order what is left/);
      await assertAnswers(site);
      assert((await site.images()).includes(images.a));
      await untilFree(site);
    } finally {
      for (const pid of sessions) process.kill(pid, 'SIGKILL');
    }
    await assertNextSucceeds(scene());
  });
}

/** Processes of an sshd that serve a connection each. */
function sessionsOf(sshd: number): number[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = all
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === sshd).map(([pid = 0]) => pid);
}
