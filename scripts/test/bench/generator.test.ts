import assert from 'node:assert/strict';
import { makeCertificates } from '../../src/bench/certificates.js';
import { type LoadReport, load, type Work } from '../../src/bench/generator.js';
import { startHermes } from '../../src/bench/hermes.js';
import { type Running, startPeer } from '../../src/bench/peers.js';
import { startFaulty } from './helpers/faulty-peer.js';

const work = { subscribers: 20, warmUp: 0.1, window: 0.3, publishers: 3 } as const;

/** How fast is not asked for: only that all of it was counted. */
async function assertExact(target: Running['target'], more: Work = {}): Promise<LoadReport> {
  const report = await load(target, { ...work, ...more });
  assert.deepEqual(report.faults, []);
  assert.ok(report.valid);
  assert.ok(report.received > work.subscribers, `${report.received} received`);
  assert.equal(report.received, report.expected);
  return report;
}

describe('load generator', function () {
  // The first time, it is compiled.
  this.timeout(300_000);

  describe('with a plain ws peer', () => {
    let broadcast: Running;
    let unicast: Running;
    before(async () => {
      broadcast = await startPeer('ws', () => {});
      unicast = await startPeer('ws', () => {}, 'unicast');
    });
    after(() => Promise.all([broadcast.stop(), unicast.stop()]));

    it('counts every delivery of single messages, in frames of the size wanted', async () => {
      const report = await assertExact(broadcast.target, { size: 300 });
      assert.equal(report.frameBytes, 300);
      assert.equal(report.expected % work.subscribers, 0);
    });

    it('counts those of bursts', async () => {
      await assertExact(broadcast.target, { batch: 10 });
    });

    it('counts those to one each', async () => {
      await assertExact(unicast.target, { unicast: true });
    });

    it('counts those to who stays while others come and go', async () => {
      const { connects } = await assertExact(broadcast.target, { churners: 2, rate: 50 });
      assert.ok(connects > 0);
    });

    it('opens connections and holds them', async () => {
      const { connects } = await load(broadcast.target, { ...work, mode: 'connect' });
      assert.ok(connects > 0);
      assert.deepEqual((await load(broadcast.target, { ...work, mode: 'idle' })).faults, []);
    });
  });

  it('counts what the app delivers', async () => {
    const app = await startHermes();
    try {
      await assertExact(app.target);
      await assertExact(app.target, { batch: 10 });
    } finally {
      await app.stop();
    }
  });

  it('shakes hands over TLS, in full or resumed, with a WebSocket or without', async () => {
    const { ecdsa, ca } = await makeCertificates();
    const app = await startHermes({ settings: { SSL_CERTFILE: ecdsa.chain, SSL_KEYFILE: ecdsa.key } });
    const target = { ...app.target, url: `wss://localhost:${app.port}${app.path}`, ca };
    try {
      for (const bare of [true, false]) {
        for (const resume of [true, false]) {
          const report = await load(target, { ...work, mode: 'connect', bare, resume });
          assert.deepEqual(report.faults, []);
          assert.ok(report.connects > 3, `${report.connects} connections`);
          assert.equal(report.resumedShare > 0.9, resume, `${report.resumedShare} were resumed`);
        }
      }
    } finally {
      await app.stop();
    }
  });

  describe('with a peer that', () => {
    for (const [what, how, counted] of [
      ['loses one', 'lose', 'lost'],
      ['repeats one', 'repeat', 'duplicated'],
      ['swaps two', 'swap', 'disordered'],
    ] as const) {
      it(`${what}, calls the run invalid`, async () => {
        const peer = await startFaulty(how);
        try {
          const report = await load(peer.target, { ...work, publishers: 1, window: 2 });
          assert.equal(report.valid, false);
          assert.equal(report[counted], 1);
          assert.deepEqual(report.faults, [`1 ${counted}`]);
        } finally {
          await peer.stop();
        }
      });
    }
  });
});
