import { strict as assert } from 'node:assert';
import { setImmediate as turn } from 'node:timers/promises';
import { longestWindow, Rounds } from '../../../src/socket/rounds.js';
import { until } from '../../helpers/wait.js';

/** A clock that moves only when it is told to, and a writer whose work takes time on it. */
class Bench {
  now = 1_000;
  ended = 0;
  cost = 0;
  readonly rounds = new Rounds(() => this.now);

  endRound(): void {
    this.now += this.cost;
    this.ended += 1;
  }

  async round(): Promise<void> {
    const before = this.ended;
    this.rounds.join(this);
    await until(
      async () => this.ended > before,
      () => 'the round to end',
    );
  }
}

describe('rounds of writing', () => {
  it('end with the turn of the event loop while there is little to do', async () => {
    const bench = new Bench();
    for (let n = 1; n <= 3; n += 1) {
      bench.rounds.join(bench);
      assert.equal(bench.ended, n - 1, 'others may still join it');
      await turn();
      assert.equal(bench.ended, n);
      bench.now += 1;
    }
  });

  it('gather for as long as the last one cost, and never longer than the window', async () => {
    for (const [cost, sinceLast] of [
      [3, 3],
      [1_000, longestWindow],
    ] as const) {
      const bench = new Bench();
      bench.cost = cost;
      await bench.round();
      bench.rounds.join(bench);
      await turn();
      assert.equal(bench.ended, 1, 'it waits');
      await until(
        async () => bench.ended === 2,
        () => 'the round to end',
      );
      bench.now += sinceLast;
      bench.rounds.join(bench);
      await turn();
      assert.equal(bench.ended, 3, 'it has waited long enough already');
    }
  });

  it('take in who joins while one ends', async () => {
    const rounds = new Rounds();
    const order: string[] = [];
    const late = { endRound: () => void order.push('late') };
    rounds.join({
      endRound: () => {
        order.push('first');
        rounds.join(late);
      },
    });
    await until(
      async () => order.length === 2,
      () => 'both',
    );
    assert.deepEqual(order, ['first', 'late']);
  });
});
