import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Change } from '../change.js';
import { type EntryWriter, own } from '../entry-writer.js';
import { endedEarly } from './answer.js';
import type { ContainerSession } from './session.js';

/** The one file of the part `redis`: what `redis-cli --rdb` writes. */
export const redisFile = 'redis/dump.rdb';

const draft = '/data/.hermes-backup.rdb';

/** What the Redis beside the app holds at one moment, in a file on its volume until it is in the archive. */
export class RedisDump {
  readonly #session: ContainerSession;
  readonly #size: number;

  private constructor(session: ContainerSession, size: number) {
    this.#session = session;
    this.#size = size;
  }

  static async take(session: ContainerSession): Promise<RedisDump> {
    // The password is in the environment of redis-cli alone, which only its own user can read.
    const script = `
      umask 077
      REDISCLI_AUTH="$(cat /run/secrets/REDIS_PASSWORD)" redis-cli --rdb ${draft} >&2
      stat -c %s ${draft}
    `;
    const program = session.shell('redis', script);
    const [size, { failed, stderr }] = await Promise.all([text(program.stdout), program]);
    if (failed) throw endedEarly(stderr);
    return new RedisDump(session, Number(size));
  }

  async addTo(archive: EntryWriter): Promise<void> {
    const program = this.#session.shell('redis', `cat ${draft}`);
    await archive.addFolder('redis', { ...own(), mode: 0o700 });
    await archive.addFile(redisFile, own(), this.#size, program.stdout);
    const { failed, stderr } = await program;
    if (failed) throw endedEarly(stderr);
  }

  async remove(): Promise<void> {
    await this.#session.shell('redis', `rm -f ${draft}`);
  }
}

const log = 'appendonlydir';

/**
 * Puts such a file in the place of what the volume of Redis holds, while it does not run. It becomes the base of an
 * append-only log: with `appendonly yes` Redis reads nothing else.
 */
export class RedisChange implements Change {
  readonly #session: ContainerSession;
  readonly #work = `/data/.hermes-restore-${randomBytes(4).toString('hex')}`;

  constructor(session: ContainerSession) {
    this.#session = session;
  }

  /** Each thing that would be replaced, in words. */
  async occupied(): Promise<string[]> {
    const there = await this.#run(
      `for one in ${log} dump.rdb; do if [ -e /data/$one ]; then echo $one; fi; done`,
    );
    return there === '' ? [] : ['the volume of Redis'];
  }

  /** @param staged folder that the backup was unpacked to */
  async prepare(staged: string): Promise<void> {
    const base = `${this.#work}/new/${log}/appendonly.aof.1.base.rdb`;
    const script = `
      umask 077
      mkdir -p ${this.#work}/new/${log}
      cat >${base}
      redis-check-rdb ${base} >&2
      echo file appendonly.aof.1.base.rdb seq 1 type b >${this.#work}/new/${log}/appendonly.aof.manifest
      sync
    `;
    try {
      await this.#run(script, join(staged, redisFile));
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  async swap(): Promise<void> {
    await this.#run(`
      mkdir ${this.#work}/before
      for one in ${log} dump.rdb; do if [ -e /data/$one ]; then mv /data/$one ${this.#work}/before/; fi; done
      mv ${this.#work}/new/${log} /data/
    `);
  }

  async undo(): Promise<void> {
    await this.#run(`
      if [ -d ${this.#work}/before ]; then
        if [ ! -e ${this.#work}/new/${log} ]; then rm -rf /data/${log}; fi
        for one in ${log} dump.rdb; do if [ -e ${this.#work}/before/$one ]; then mv ${this.#work}/before/$one /data/; fi; done
      fi
      rm -rf ${this.#work}
    `);
  }

  async discard(): Promise<void> {
    await this.#run(`rm -rf ${this.#work}`);
  }

  async #run(script: string, input?: string): Promise<string> {
    const { failed, stdout, stderr } = await this.#session.shellAlone('redis', script, input);
    if (failed) throw endedEarly(String(stderr));
    return String(stdout).trim();
  }
}
