import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { findExecutable } from '../../../src/packages/find.js';
import { describeOnEngine } from '../../compose/helpers/engine.js';

/** The program that this host's engine is, or else the one that is installed: it need not be on the PATH. */
export const dockerd = running() ?? findExecutable('dockerd', ['/usr/sbin/dockerd']);

function running(): string | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'dockerd')
        return readlinkSync(`/proc/${pid}/exe`);
    } catch {
      // It has ended, or is another user's.
    }
  }
  return undefined;
}

/** Why none can be started; undefined where it can. */
function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'an engine of its own needs root';
  if (!dockerd) return 'an engine of its own needs dockerd';
  const tool = ['unshare', 'nsenter', 'ip', 'iptables'].find(
    (name) => !findExecutable(name, [`/usr/sbin/${name}`]),
  );
  return tool && `an engine of its own needs ${tool}`;
}

/** `describe` for what needs `OwnEngine`: where none can be started, its tests are reported as skipped, and why. */
export const describeOnOwnEngine: typeof describeOnEngine = (title, body) => {
  const why = missing();
  if (why === undefined) return describeOnEngine(title, body);
  return describe.skip(`${title} (${why})`, body) as unknown as Mocha.Suite;
};
