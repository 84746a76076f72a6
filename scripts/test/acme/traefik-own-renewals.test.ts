/*
 * Traefik renews by itself: 200 clients listen, 100 more arrive between five renewals, and every message reaches each of
 * them once. The CA issues for less than the 20 minutes from which on Traefik renews what it thinks lives an hour, so
 * that each of its looks, one a minute, brings another certificate. That minute cannot be shortened.
 */
import assert from 'node:assert/strict';
import { until } from '../../../app/test/helpers/wait.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { Audience } from './helpers/audience.js';
import { type Installation, newInstallation } from './helpers/installation.js';
import { memoryOf, processesOf } from './helpers/process-memory.js';
import { ServedSince } from './helpers/served-since.js';
import { ledgerOf, storeOf } from './helpers/traefik-store.js';

const [atStart, newcomers, renewals, rate] = [200, 20, 5, 10];
const megabyte = 1024 * 1024;
const mostGrowth = 40 * megabyte;
/** Milliseconds from the storage to the wire, after which no handshake may get an earlier one. */
const mostDelay = 2_000;
/** Seconds. */
const life = 1_190;

describe('five renewals by Traefik itself, under load', function () {
  this.timeout(900_000);
  let installation: Installation;
  let audience: Audience | undefined;

  before(async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
    await build();
    installation = await newInstallation(
      { briefly: life },
      ...['PROXY=traefik', 'ACME_CLIENT=traefik', 'ENGINE=native', 'ACME_PROFILE=brief', 'ACME_LIFETIME=1h'],
    );
  });

  after(async () => {
    await audience?.leave();
    await removeScratches();
    await installation?.stop();
  });

  it('drop, lose and refuse nothing', async () => {
    const { one } = installation;
    await installation.up();
    audience = await Audience.gather(installation, atStart, rate);
    await audience.warm(100);
    const before = await processesOf(one.pid('traefik'));
    const memoryBefore = memoryOf(before);

    const served = new ServedSince(installation, { pem: () => stored(installation), interval: 200 });
    for (let count = 1; count <= renewals; count += 1) {
      await until(
        () => served.renewals >= count,
        () => `renewal ${count}`,
        180_000,
      );
      await audience.welcome(newcomers);
    }
    const delays = (await served.delays()).slice(0, renewals);
    const growth = memoryOf(before) - memoryBefore;
    const { lost, duplicated, dropped, refused, clients, ...more } = await audience.account();
    process.stdout.write(
      `      ${JSON.stringify({ clients, ...more, lost, duplicated, dropped, refused, stale: served.stale(mostDelay), 'growth (MB)': Math.round(growth / megabyte) })}\n`,
    );
    assert.deepEqual(
      { lost, duplicated, dropped, refused },
      { lost: 0, duplicated: 0, dropped: 0, refused: 0 },
    );
    assert.equal(clients, atStart + renewals * newcomers);
    assert.equal(delays.length, renewals);
    assert.ok(delays.every(Number.isFinite), 'each of them was served');
    assert.equal(served.stale(mostDelay), 0, 'handshakes that still got the certificate before');
    assert.deepEqual(await processesOf(one.pid('traefik')), before, 'the same process');
    assert.ok(growth < mostGrowth, `memory grew by ${growth} bytes`);
  });

  it('are in use, and in the ledger', async () => {
    await until(
      () => ledgerOf(installation).filter((kind) => kind === 'issued').length > renewals,
      () => 'every renewal in the ledger',
      60_000,
    );
    const { code, all } = await installation.one.hermes('certs');
    assert.match(all, /looks {4}last good/);
    assert.equal(code, 0, all);
  });
});

/** PEM of what Traefik has written; undefined while it is just writing. */
function stored(installation: Installation): string | undefined {
  try {
    return storeOf(installation).certificates[0]?.pem;
  } catch {
    return undefined;
  }
}
