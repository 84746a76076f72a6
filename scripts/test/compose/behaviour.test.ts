import assert from 'node:assert/strict';
import { type Difference, differences } from '../../../app/contract/differences.js';
import { strange } from '../../../app/contract/rows/http.js';
import { ContractRun } from '../../../app/contract/run.js';
import { rows } from '../../../app/contract/table.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import type { ContainerStack } from './helpers/container-stack.js';
import { type ContainerWay, inContainers, type OtherCa, offers as offered } from './helpers/container-way.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';
import { faultsOf, look } from './helpers/inspection.js';
import { startReachablePebble } from './helpers/pebble.js';

function waysWith(startCa?: typeof startAcmeCa): ContainerWay[] {
  return [
    inContainers({ name: 'nginx', proxied: true }, 'nginx', startCa),
    inContainers({ name: 'traefik', proxied: true }, 'traefik', startCa),
    inContainers({ name: 'direct', proxied: false }, 'none', startCa),
  ];
}

/** With a certificate that the world trusts: who has named one of our hosts in the handshake is told of his mistake. */
const strangersToPublicTls: Difference = {
  row: 'strangers',
  way: 'nginx',
  holds: 'over TLS it gets 421',
  because: 'with HTTP/2, browsers share a connection among the names of a certificate',
  instead: async (site) => {
    const [secure, plain] = strange(site);
    assert.equal((await secure()).status, 421);
    await assert.rejects(plain(), { code: 'ECONNRESET' });
  },
};

/** The table asks for `localhost`, of which the kit’s checks know that no public CA signs it; Pebble does. */
async function startAcmeCa(stack: ContainerStack): Promise<OtherCa> {
  const pebble = await startReachablePebble(stack, { domain: 'localhost' });
  return { ...pebble, settings: [...pebble.settings, 'ACME_PREFLIGHT=false'] };
}

/** By who signs their certificates. One after the other: Docker’s networks would not do for all of them at once. */
const stacks = {
  'a certificate of the local CA': { ways: waysWith(), documented: differences },
  'one that certbot got from an ACME CA': {
    ways: waysWith(startAcmeCa),
    documented: [...differences, strangersToPublicTls],
  },
};

/** Those for which a stack in containers, seen from outside, has what it takes. */
const asked = rows.filter(
  ({ id, needs = [] }) =>
    new RegExp(process.env.CONTRACT_ROWS ?? '').test(id) && needs.every((need) => offered.includes(need)),
);

for (const [certificate, { ways, documented }] of Object.entries(stacks))
  describeOnEngine(`The contract, over stacks in containers with ${certificate}`, function () {
    this.timeout(2 * startPatience);
    let run: ContractRun;

    before(async () => {
      await Promise.all([build(), image()]);
      run = new ContractRun(ways, asked, documented);
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
