import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { until } from '../../../app/test/helpers/wait.js';
import { ensureLocal } from '../../src/certs/ensure-local.js';
import { containerGroup } from '../../src/containers/group.js';
import { giveToRenewal } from '../../src/containers/renewal-access.js';
import { projectAt } from '../../src/project.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { ContainerStack } from './helpers/container-stack.js';
import { docker } from './helpers/docker.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';

const hour = 3_600_000;
const patience = 120_000;

for (const proxy of ['nginx', 'traefik'])
  describeOnEngine(`The renewal in containers, behind ${proxy}`, function () {
    this.timeout(startPatience);
    let stack: ContainerStack;

    before(async () => {
      await Promise.all([build(), image()]);
      stack = await ContainerStack.prepare({ PROXY: proxy });
      await stack.up();
    });
    after(async () => {
      await stack?.remove();
      await removeScratches();
    });

    it('renews what is due, and proves it on the wire; no socket is closed', async () => {
      const { one } = stack;
      const client = await one.connect();
      // A day's certificate that is twenty hours old, of a CA that was there by then, and a look that is due.
      rmSync(one.at('certs/ca'), { recursive: true });
      const at = (ago: number) => new Date(Date.now() - ago);
      const old = await ensureLocal({
        folder: one.root,
        domains: ['localhost'],
        days: 1,
        gid: containerGroup(),
        force: true,
        now: at(20 * hour),
      });
      const record = { failures: 0, lastLook: at(hour).toISOString(), nextLook: at(1_000).toISOString() };
      writeFileSync(one.at('certs/renewals.json'), JSON.stringify({ localhost: record }));
      giveToRenewal(projectAt(one.root));
      const records = () => JSON.parse(readFileSync(one.at('certs/renewals.json'), 'utf8')).localhost;
      await until(
        () => records().lastInstalled !== undefined,
        () => `a renewal, not ${JSON.stringify(records())}`,
        patience,
        200,
      );
      assert.equal(records().failures, 0);
      const { stdout } = await one.hermes('certs', '--json');
      const [live] = JSON.parse(stdout).filter(({ kind }: { kind: string }) => kind === 'live');
      assert.notEqual(live.info.serial, old.pair.leaf.serial);
      for (const { matches } of live.wire) assert(matches, stdout);
      await client.end();
    });

    it('is watched: metrics of what is served, for the neighbours alone', async () => {
      const [canary] = await stack.containers('canary');
      const url = `http://watch:${stack.one.ports.watch}/metrics`;
      const program = `fetch('${url}').then((a) => a.text()).then((t) => console.log(t))`;
      const text = () => docker('exec', canary?.Id ?? '', 'node', '-e', program);
      await until(
        async () => /^hermes_certificate_wire_matches\{.*\} 1$/m.test(await text()),
        () => 'a match in the metrics of the watch',
        patience,
        1_000,
      );
    });
  });
