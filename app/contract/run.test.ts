import { strict as assert } from 'node:assert';
import { gridOf } from './grid.js';
import type { Row } from './row.js';
import { ContractRun } from './run.js';
import type { ContractSite, Way } from './way.js';

describe('a run of the contract', () => {
  const done: string[] = [];
  const closed: string[] = [];

  /** A way without a server behind it: the rows below ask nothing of their site but its way. */
  const way = (name: string, more: Partial<Way> = {}): Way => ({
    name,
    proxied: true,
    offers: ['logs'],
    open: async () => ({ way: { name } }) as ContractSite,
    close: async (site) => void closed.push(site.way.name),
    ...more,
  });
  const row = (id: string, more: Partial<Row> = {}): Row => ({
    id,
    name: `${id} holds`,
    run: async (site) => void done.push(`${site.way.name} ${id}`),
    ...more,
  });
  const failing = async () => assert.fail('it does not hold');

  beforeEach(() => {
    done.length = 0;
    closed.length = 0;
  });

  it('fails where a row does not hold, unless the difference is documented and holds', async () => {
    const rows = [row('kept'), row('broken', { run: failing }), row('other', { run: failing }), row('gone')];
    const difference = { way: 'one', holds: 'something else', because: 'it can do no other' };
    const documented = [
      { ...difference, row: 'other', instead: async () => {} },
      { ...difference, row: 'gone', instead: failing },
    ];
    const ways = [way('one')];
    const run = new ContractRun(ways, rows, documented);
    const outcome = await run.outcomes();
    assert.deepEqual(
      rows.map((one) => outcome(ways[0] as Way, one)),
      ['passed', 'failed', 'documented difference', 'failed'],
    );
    await assert.rejects(run.outcome(ways[0] as Way, rows[1] as Row), /it does not hold/);
    assert.match(gridOf(rows, ways, outcome), /^FAILED +broken holds$/m);
    assert.match(gridOf(rows, ways, outcome), /1 passed, 1 documented differences, 2 failed, 0 not asked/);
  });

  it('does not ask what a way cannot offer, and shows so', async () => {
    const rows = [row('plain'), row('reading', { needs: ['logs'] }), row('harsh', { needs: ['restart'] })];
    const ways = [way('here'), way('afar', { offers: [] })];
    const outcome = await new ContractRun(ways, rows, []).outcomes();
    assert.deepEqual(done.sort(), ['afar plain', 'here plain', 'here reading']);
    assert.match(gridOf(rows, ways, outcome), /^not asked +not asked +harsh holds$/m);
  });

  it('runs the last rows after all others, whatever these take', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = row('slow', { pace: 'alongside', run: () => held.then(() => void done.push('slow')) });
    const rows = [row('last', { pace: 'last' }), slow, row('first')];
    const run = new ContractRun([way('one')], rows, []);
    await new Promise(setImmediate);
    assert.deepEqual(done, ['one first']);
    release();
    await run.outcomes();
    assert.deepEqual(done, ['one first', 'slow', 'one last']);
  });

  it('fails every row of a site that does not start, and closes those that did', async () => {
    const rows = [row('first'), row('second')];
    const ways = [way('up'), way('down', { open: () => Promise.reject(new Error('no such way')) })];
    const run = new ContractRun(ways, rows, []);
    const outcome = await run.outcomes();
    assert.deepEqual(
      rows.map((one) => outcome(ways[1] as Way, one)),
      ['failed', 'failed'],
    );
    await run.end();
    assert.deepEqual(closed, ['up']);
  });
});
