/*
 * Renewals close no socket: 200 clients listen, 100 more arrive between five forced renewals, and every message reaches
 * each of them once. Over the system's nginx, a newer one, Traefik, and direct TLS.
 */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { newNginx } from '../../src/packages/new-nginx.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { Audience } from './helpers/audience.js';
import { type Installation, newInstallation } from './helpers/installation.js';
import { memoryOf, processesOf } from './helpers/process-memory.js';
import { ServedSince } from './helpers/served-since.js';

const [atStart, newcomers, renewals, rate] = [200, 20, 5, 10];
const megabyte = 1024 * 1024;
/** What the server's processes may grow by, as in the trials that this follows. */
const mostGrowth = 40 * megabyte;

type Way = readonly [
  name: string,
  setting: string,
  server: 'nginx' | 'traefik' | 'app',
  path: () => Promise<string | undefined>,
];

const ways: readonly Way[] = [
  ['the system’s nginx', 'PROXY=nginx', 'nginx', async () => process.env.PATH],
  ['a newer nginx', 'PROXY=nginx', 'nginx', async () => pathWithNewNginx()],
  ['Traefik', 'PROXY=traefik', 'traefik', async () => process.env.PATH],
  ['direct TLS', 'PROXY=none', 'app', async () => process.env.PATH],
];

describe('five renewals under load', function () {
  this.timeout(300_000);
  let installation: Installation;
  let audience: Audience | undefined;

  before(build);

  afterEach(async () => {
    await audience?.leave();
    audience = undefined;
    await removeScratches();
    await installation?.stop();
  });

  for (const [name, setting, server, path] of ways) {
    it(`drop, lose and refuse nothing over ${name}`, async function () {
      const PATH = await path();
      if (PATH === undefined) return this.skip();
      installation = await newInstallation({ environment: { PATH } }, setting);
      const { one } = installation;
      await installation.up();
      audience = await Audience.gather(installation, atStart, rate);
      await audience.warm(50);
      const before = await processesOf(one.pid(server));
      const memoryBefore = memoryOf(before);

      const served = new ServedSince(installation);
      for (let count = 0; count < renewals; count += 1) {
        const renewal = one.hermes('renew', '--force');
        await audience.welcome(newcomers);
        const { code, all } = await renewal;
        assert.equal(code, 0, all);
        assert.match(all, /served as on disk/);
      }
      const delays = await served.delays();
      const growth = memoryOf(before) - memoryBefore;
      const account = await audience.account();
      process.stdout.write(
        `      ${JSON.stringify({ ...account, 'served after (ms)': delays.map(Math.round), 'growth (MB)': Math.round(growth / megabyte) })}\n`,
      );
      const { lost, duplicated, dropped, refused, clients } = account;
      assert.deepEqual(
        { lost, duplicated, dropped, refused },
        { lost: 0, duplicated: 0, dropped: 0, refused: 0 },
      );
      assert.equal(clients, atStart + renewals * newcomers);
      assert.equal(delays.length, renewals, 'every renewal brought another certificate');
      assert.ok(delays.every(Number.isFinite), 'each of them was served');
      assert.deepEqual(await processesOf(one.pid(server)), before, 'the same processes, and no old worker');
      assert.ok(growth < mostGrowth, `memory grew by ${growth} bytes`);
    });
  }
});

async function pathWithNewNginx(): Promise<string | undefined> {
  const nginx = await newNginx();
  return nginx && `${dirname(nginx.path)}:${process.env.PATH}`;
}
