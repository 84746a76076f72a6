import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { factsIn, lookScript } from '../../../src/provision/look.js';
import { planProvision } from '../../../src/provision/plan.js';
import { Remote } from '../../../src/remote/remote.js';
import type { Sshd } from '../../remote/helpers/sshd.js';

/** An account of this machine as `make provision` makes it: without a password, in the group docker, let in by a key. */
export class DeployUser {
  readonly name: string;
  /** Folder of the installation. */
  readonly root: string;
  readonly uid: number;

  private constructor(name: string, root: string, uid: number) {
    this.name = name;
    this.root = root;
    this.uid = uid;
  }

  /** Only root can. @param sshd that lets it in from then on */
  static async make(sshd: Sshd): Promise<DeployUser> {
    const user = `hermes-test-${randomUUID().slice(0, 8)}`;
    const wanted = { user, key: readFileSync(`${sshd.key}.pub`, 'utf8').trim(), folder: 'monitor-hermes' };
    const remote = await Remote.connect(sshd);
    try {
      const facts = factsIn(await remote.text(lookScript(wanted)));
      // What starts with this machine is not ours to change.
      const { actions } = planProvision({ ...facts, systemd: '' }, wanted);
      for (const { script } of actions) await remote.text(script);
      const made = factsIn(await remote.text(lookScript(wanted)));
      const uid = Number(await remote.text(`id -u ${user}`));
      return new DeployUser(user, join(made.home, wanted.folder), uid);
    } finally {
      await remote.close();
    }
  }

  async remove(): Promise<void> {
    // A connection of its own may take a moment to end.
    await execa('userdel', ['--remove', '--force', this.name]);
  }
}
