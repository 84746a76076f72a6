import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { differences } from './differences.js';
import { gridOf, page, pagePath } from './grid.js';
import { ContractRun, canAsk } from './run.js';
import { rows } from './table.js';
import { ways } from './ways.js';

/** Milliseconds for all rows together: each of them has deadlines of its own, and they run beside each other. */
const patience = 900_000;

const { CONTRACT_ROWS, UPDATE_CONTRACT, HERMES_TEST_REPORT } = process.env;
const asked = rows.filter(({ id }) => new RegExp(CONTRACT_ROWS ?? '').test(id));

describe('the contract', function () {
  this.timeout(patience);
  let run: ContractRun;
  before(() => {
    run = new ContractRun(ways, asked);
  });

  for (const row of asked) {
    describe(row.name, () => {
      // Left out rather than skipped, for nothing is missing; the grid shows it.
      for (const way of ways.filter((one) => canAsk(one, row)))
        it(way.name, async () => void (await run.outcome(way, row)));
    });
  }

  after('print the grid, and stop the sites', async () => {
    const outcomes = await run.outcomes();
    const grid = gridOf(asked, ways, outcomes);
    if (HERMES_TEST_REPORT) writeFileSync(HERMES_TEST_REPORT, grid);
    else process.stdout.write(`\n${grid}`);
    const kept = asked.every((row) => ways.every((way) => outcomes(way, row) !== 'failed'));
    if (UPDATE_CONTRACT && kept && asked.length === rows.length) writeFileSync(pagePath, page());
    await run.end();
  });
});

describe('the table of the contract', () => {
  it('is what docs/reference/contract.md shows; UPDATE_CONTRACT=1 writes it after a run without failure', () => {
    if (!UPDATE_CONTRACT) assert.equal(readFileSync(pagePath, 'utf8'), page());
  });

  it('names each row once, and differences of rows and ways that there are', () => {
    const ids = rows.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { row, way, because } of differences) {
      assert.ok(ids.includes(row), row);
      assert.ok(
        ways.some(({ name }) => name === way),
        way,
      );
      assert.ok(because.length > 10, `${row} on ${way} has a reason`);
    }
  });
});
