import assert from 'node:assert/strict';
import jwt from 'jsonwebtoken';
import { connect } from '../../../../app/test/helpers/client.js';
import { until } from '../../../../app/test/helpers/wait.js';
import type { ContainerStack } from './container-stack.js';
import { docker } from './docker.js';

/** Milliseconds for what is published to be in the history. */
const patience = 60_000;

/** Uplinks that a stack has taken, in its bus and in its history. */
export class Kept {
  readonly #stack: ContainerStack;
  readonly #ids: readonly string[];

  private constructor(stack: ContainerStack, ids: readonly string[]) {
    this.#stack = stack;
    this.#ids = ids;
  }

  static async publish(stack: ContainerStack): Promise<Kept> {
    const ids: string[] = [];
    for (const step of [1, 2, 3]) {
      const { status, json } = await stack.publish({ tenant_id: 't1', dev_eui: 'kept', payload: { step } });
      assert.equal(status, 202);
      ids.push(json.id);
    }
    const kept = new Kept(stack, ids);
    const stored = async () => (await kept.#history()).length === ids.length;
    await until(stored, () => 'the uplinks in the history', patience, 100);
    return kept;
  }

  /** The history has them, and a client that asks for what came after the first gets the others from the bus. */
  async assertThere(): Promise<void> {
    assert.deepEqual(await this.#history(), [...this.#ids].reverse());
    const { ca, secrets, ports } = this.#stack.one;
    const claims = { user_id: 'u1', cs_tenant_id: 't1' };
    const token = jwt.sign(claims, secrets.JWT_SECRET_KEY ?? '', { expiresIn: '1h' });
    const [first = '', ...others] = this.#ids;
    const headers = { Authorization: `Bearer ${token}` };
    const client = await connect(`wss://localhost:${ports.https}/ws?since=${first}`, [], { ca, headers });
    const frames = await client.take(others.length);
    assert.deepEqual(
      frames.map(({ id }) => id),
      others,
    );
    await client.end();
  }

  async #history(): Promise<string[]> {
    const answer = await this.#stack.ask('/messages/last?dev_eui=kept');
    assert.equal(answer.status, 200, answer.text);
    return answer.json.map(({ id }: { id: string }) => id);
  }
}

/** Backs a stack up, loses everything that its volumes hold, and restores it. @returns the file of the backup */
export async function loseAndRestore(stack: ContainerStack): Promise<string> {
  const file = stack.one.at('kept.tar.gz');
  const done = async (...words: string[]) => {
    const { code, all } = await stack.make(...words);
    assert.equal(code, 0, all);
    return all;
  };
  await done('backup', `TO=${file}`);
  await done('down');
  await docker('volume', 'rm', ...(await stack.volumes()));
  // Settings and certificates are there.
  await done('restore', `FROM=${file}`, 'FORCE=1');
  assert.deepEqual(await stack.left(), { containers: [], networks: [], processes: [] });
  return file;
}
