import assert from 'node:assert/strict';
import { until } from '../../../app/test/helpers/wait.js';
import { merged } from '../../src/stack/merged.js';

describe('merged requests', () => {
  it('become one run, and one more for all that come meanwhile', async () => {
    let runs = 0;
    let atOnce = 0;
    let end = () => {};
    const ask = merged(async () => {
      runs += 1;
      atOnce += 1;
      assert.equal(atOnce, 1);
      await new Promise<void>((done) => {
        end = done;
      });
      atOnce -= 1;
    }, 1);
    const running = (count: number) =>
      until(
        () => runs === count && atOnce === 1,
        () => `run ${count}`,
      );
    ask();
    await running(1);
    for (let count = 0; count < 10; count += 1) ask();
    end();
    await running(2);
    end();
    await until(
      () => atOnce === 0,
      () => 'the end',
    );
    ask();
    await running(3);
    end();
  });
});
