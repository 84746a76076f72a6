import assert from 'node:assert/strict';
import { build } from '../commands/helpers/build.js';
import type { Client, Target } from './clients/client.js';
import { findClients } from './clients/index.js';
import { matches, type Row, rowsOf } from './page/table.js';
import { Bench } from './provocations/bench.js';
import { provocations } from './provocations/index.js';
import type { Fix, Scene } from './provocations/scene.js';

const rows = rowsOf(new URL('../../../docs/how-to/troubleshoot.md', import.meta.url));

describe('docs/how-to/troubleshoot.md', function () {
  this.timeout(120_000);
  const bench = new Bench();
  let clients: Readonly<Record<string, Client>>;

  before(async () => {
    await build();
    clients = await findClients();
  });
  afterEach(() => bench.clear());
  after(() => bench.close());

  it('has a row for each fault that can be made, and no other', () => {
    assert.deepEqual(rows.map(({ id }) => id).sort(), Object.keys(provocations).sort());
  });

  for (const row of rows) {
    it(`${row.chapter}: ${row.id}`, async () => {
      const scene = await provocations[row.id]?.(bench);
      assert(scene, 'nothing makes this fault');
      const told = await whatIsTold(row, scene);
      for (const { who, text } of row.seen) {
        assert(matches(text, told[who] ?? ''), `${who} does not say “${text}”, but: ${told[who]}`);
      }
      const cured = scene.cure && (await scene.cure(fixOf(row)));
      if (cured) await Promise.all(clientsOf(row).map((who) => getsThrough(who, cured)));
    });
  }

  const clientsOf = ({ seen }: Row) => seen.map(({ who }) => who).filter((who) => who in clients);

  const run = (who: string, target: Target) => {
    const client = clients[who];
    assert(client, `there is no client ${who}`);
    return client(target);
  };

  /** What everyone in the first column says, by name. */
  async function whatIsTold(row: Row, scene: Scene): Promise<Record<string, string>> {
    const { target, said = {}, whenOpen } = scene;
    const told: Record<string, string> = {};
    if (target) {
      const runs = clientsOf(row).map((who) => ({ who, ...run(who, target) }));
      if (whenOpen) {
        await Promise.all(runs.map(({ open }) => open));
        await whenOpen();
      }
      await Promise.all(
        runs.map(async ({ who, text, finish }) => {
          finish();
          told[who] = await text;
        }),
      );
    }
    for (const [who, read] of Object.entries(said)) {
      assert(
        row.seen.some((one) => one.who === who),
        `the row does not tell what ${who} says: ${await read()}`,
      );
      told[who] = await read();
    }
    return told;
  }

  async function getsThrough(who: string, { stay: _, ...target }: Target): Promise<void> {
    const { open, text, finish } = run(who, target);
    finish();
    await assert.doesNotReject(open, `the fix does not help ${who}`);
    await text;
  }
});

const fixOf =
  ({ id, fixes }: Row): Fix =>
  (start) => {
    const fix = fixes.find((code) => code.startsWith(start));
    assert(fix, `the fix of ${id} has no code that begins with “${start}”`);
    return fix;
  };
