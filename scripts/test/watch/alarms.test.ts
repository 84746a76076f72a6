import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { removeProjects } from '../certs/helpers/project.js';
import { serve } from '../certs/helpers/server.js';
import { type Receiver, startReceiver } from './helpers/receiver.js';
import { day, minute, Watched } from './helpers/watched.js';

describe('alarms of the watch', () => {
  let receiver: Receiver;
  let watched: Watched;
  const failed = (failures: number) =>
    watched.record({ failures, fault: { code: 'x', message: 'the CA does not answer' } });

  beforeEach(async () => {
    receiver = await startReceiver();
    watched = await Watched.start(receiver.url);
  });
  afterEach(async () => {
    await watched.server.close();
    await receiver.close();
  });
  after(removeProjects);

  it('are silent while all is well', async () => {
    await watched.look();
    await watched.look(59 * day);
    assert.deepEqual(receiver.events(), []);
  });

  describe('on a renewal that failed', () => {
    it('say what is needed to act', async () => {
      await failed(2);
      await watched.look();
      const [notice, ...others] = receiver.notices;
      assert(notice && others.length === 0);
      const { at, ...rest } = notice;
      assert(!Number.isNaN(Date.parse(at)) && at.endsWith('Z'));
      assert.deepEqual(rest, {
        event: 'renewal-failed',
        severity: 'warning',
        host: hostname(),
        name: 'example.test',
        summary: 'the certificate of example.test could not be renewed',
        detail: 'the CA does not answer (failures in a row: 2)',
        daysLeft: 89,
        lifeLeft: 0.9995,
      });
      assert.equal(receiver.requests[0]?.headers['content-type'], 'application/json');
    });

    it('come once, again after a day, and are called off', async () => {
      await failed(1);
      await watched.look();
      assert.deepEqual(receiver.events(), ['renewal-failed']);
      await failed(2);
      await watched.look(minute);
      await watched.look(day - 2 * minute);
      assert.deepEqual(receiver.events(), []);
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['renewal-failed']);
      await failed(0);
      await watched.look(minute);
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['recovered']);
      const { summary, severity } = receiver.notices.at(-1) ?? assert.fail();
      assert.deepEqual([summary, severity], ['recovered from renewal-failed', 'info']);
      await failed(1);
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['renewal-failed']);
    });

    it('do not come again because the watch was restarted, and are called off by the next one', async () => {
      await failed(1);
      await watched.look();
      watched.restart();
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['renewal-failed']);
      watched.restart();
      await failed(0);
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['recovered']);
    });
  });

  describe('on what is served', () => {
    it('wait until a swap is over', async () => {
      await watched.look();
      const { pair } = await watched.renew();
      await watched.look(minute);
      await watched.look(minute);
      watched.server.server.setSecureContext(pair);
      await watched.look(minute);
      assert.deepEqual(receiver.events(), []);
    });

    it('come when it stays another one than on disk, and name both', async () => {
      const { pair } = await watched.renew();
      await watched.look();
      await watched.look(minute);
      assert.deepEqual(receiver.events(), []);
      await watched.look(minute);
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['wire-differs']);
      const { detail } = receiver.notices[0] ?? assert.fail();
      assert(detail.includes(pair.leaf.serial) && detail.includes(watched.certificate.pair.leaf.serial));
      assert.match(detail, /127\.0\.0\.1:\d+ for example\.test .+; .+ for any\.example\.test/);
      watched.server.server.setSecureContext(pair);
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['recovered']);
    });

    it('come when nothing is', async () => {
      await watched.server.close();
      await watched.look();
      await watched.look(2 * minute);
      assert.deepEqual(receiver.events(), ['not-served']);
      assert.equal(receiver.notices[0]?.daysLeft, 89);
      watched.server = await serve(watched.certificate.pair);
    });
  });

  describe('on the life that is left', () => {
    it('come at each share, once', async () => {
      const told: [number, string[]][] = [];
      let before = 0;
      for (const age of [59, 61, 65, 71, 73, 80, 82, 89, 90]) {
        await watched.look((age - before) * day);
        // The daily repetition is another matter.
        told.push([age, [...new Set(receiver.events())]]);
        before = age;
      }
      assert.deepEqual(told, [
        [59, []],
        [61, ['life-below-third']],
        [65, ['life-below-third']],
        [71, ['life-below-third']],
        [73, ['life-below-fifth']],
        [80, ['life-below-fifth']],
        [82, ['life-below-tenth']],
        [89, ['life-below-tenth']],
        [90, ['expired']],
      ]);
      const last = receiver.notices.at(-1) ?? assert.fail();
      assert.deepEqual([last.severity, last.lifeLeft, last.daysLeft], ['critical', 0, -1]);
    });

    it('do not come at a third while a renewal is in sight, but at a fifth', async () => {
      await watched.look(61 * day);
      watched.restart();
      assert.deepEqual(receiver.events(), ['life-below-third']);
      watched.runRenewal();
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['recovered']);
      await watched.look(12 * day);
      assert.deepEqual(receiver.events(), ['life-below-fifth']);
    });

    it('are called off by a new certificate, once it is served', async () => {
      await watched.server.close();
      watched = await Watched.start(receiver.url, 75);
      await watched.look();
      const { pair } = await watched.renew();
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['life-below-fifth']);
      watched.server.server.setSecureContext(pair);
      await watched.look(minute);
      assert.deepEqual(receiver.events(), ['recovered']);
    });
  });
});
