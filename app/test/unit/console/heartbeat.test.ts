import { strict as assert } from 'node:assert';
import { Heartbeat } from '../../../src/console/heartbeat.js';
import { until } from '../../helpers/wait.js';

describe('the heartbeat of the console', () => {
  let asked: number;
  let lost: number;
  let heartbeat: Heartbeat;
  beforeEach(() => {
    [asked, lost] = [0, 0];
    heartbeat = new Heartbeat({
      ask: () => {
        asked += 1;
      },
      lost: () => {
        lost += 1;
      },
      interval: 5,
      patience: 150,
    });
    heartbeat.start();
  });
  afterEach(() => heartbeat.stop());

  it('asks at once, and again only after an answer', async () => {
    assert.equal(asked, 1);
    assert.ok((heartbeat.answered() ?? -1) >= 0);
    await until(
      () => asked === 2,
      () => 'a second ping',
    );
    assert.equal(lost, 0);
  });

  it('times no answer that was not asked for', () => {
    heartbeat.answered();
    assert.equal(heartbeat.answered(), undefined);
  });

  it('gives the connection up, once, when nothing comes for too long', async () => {
    const begun = performance.now();
    await until(
      () => lost > 0,
      () => 'the connection to count as lost',
    );
    assert.ok(performance.now() - begun >= 150);
    assert.deepEqual({ asked, lost }, { asked: 1, lost: 1 });
  });

  it('takes any frame for a sign of life', async () => {
    const begun = performance.now();
    await until(
      () => {
        heartbeat.heard();
        return performance.now() - begun > 400;
      },
      () => '400 ms to pass',
    );
    assert.equal(lost, 0);
  });
});
