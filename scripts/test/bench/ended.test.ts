import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { hermes } from '../commands/helpers/run.js';

describe('a benchmark that is told to end', function () {
  // The first time, it fetches a MongoDB.
  this.timeout(300_000);

  for (const [signal, expected] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`leaves no server behind: ${signal}`, async () => {
      const [program = '', ...args] = hermes;
      const bench = spawn(program, [...args, 'bench', '--only', 'history'], { stdio: 'ignore' });
      let servers: string[] = [];
      while (servers.length < 2) {
        assert.equal(bench.exitCode, null, 'it ended by itself');
        await setTimeout(100);
        servers = childrenOf(bench.pid);
      }
      const ended = once(bench, 'exit');
      bench.kill(signal);
      assert.deepEqual(await ended, [expected, null]);
      assert.deepEqual(servers.filter(lives), []);
    });
  }
});

function childrenOf(pid = 0): string[] {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  } catch {
    // `ps` fails where there is none.
    return [];
  }
}

/** A child that was ended is still there until somebody takes note of it. */
function lives(pid: string): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}
