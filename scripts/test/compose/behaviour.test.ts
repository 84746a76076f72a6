import assert from 'node:assert/strict';
import { ContractRun } from '../../../app/contract/run.js';
import { rows } from '../../../app/contract/table.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { inContainers } from './helpers/container-way.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';
import { faultsOf, look } from './helpers/inspection.js';

const ways = [
  inContainers({ name: 'nginx', proxied: true }, 'nginx'),
  inContainers({ name: 'traefik', proxied: true }, 'traefik'),
  inContainers({ name: 'direct', proxied: false }, 'none'),
];

/** Those for which a stack in containers, seen from outside, has what it takes. */
const asked = rows.filter(
  ({ id, needs = [] }) =>
    new RegExp(process.env.CONTRACT_ROWS ?? '').test(id) &&
    ways.every(({ offers }) => needs.every((need) => offers.includes(need))),
);

describeOnEngine('The contract, over stacks in containers', function () {
  this.timeout(2 * startPatience);
  let run: ContractRun;

  before(async () => {
    await Promise.all([build(), image()]);
    run = new ContractRun(ways, asked);
  });
  after(async () => {
    await run?.outcomes();
    for (const way of ways) await way.remove();
    await removeScratches();
  });

  for (const row of asked)
    describe(row.name, () => {
      for (const way of ways)
        it(way.name, async () => {
          await run.outcome(way, row);
        });
    });

  describe('in the end', () => {
    for (const way of ways) {
      it(`${way.name} is hardened in every container`, async () => {
        const looks = await Promise.all((await way.stack().containers()).map(look));
        assert(looks.length >= 2);
        const door = way.proxied ? 'proxy' : 'app';
        assert.deepEqual(
          looks.flatMap((one) => faultsOf(one, door)),
          [],
        );
      });

      it(`${way.name} goes down and leaves nothing but its volumes`, async () => {
        const stack = way.stack();
        const { code, all } = await stack.make('down');
        assert.equal(code, 0, all);
        assert.deepEqual(await stack.left(), { containers: [], networks: [], processes: [] });
        assert.deepEqual(await stack.volumes(), [`${stack.name}_data`]);
      });
    }
  });
});
