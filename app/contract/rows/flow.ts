import { strict as assert } from 'node:assert';
import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { Close } from '../../test/helpers/client.js';
import { until } from '../../test/helpers/wait.js';
import { emptied, longPatience, metric, ownAddress } from '../clients.js';
import type { Row } from '../row.js';
import type { ContractSite } from '../way.js';

/** What the app takes as one body. */
const mebibyte = 1_048_576;
/** Pieces of an upload over a slow line, one in each `every` milliseconds: 70 s for all. */
const pieces = 35;
const every = 2_000;

/** Publishes 1 MiB in 70 s. @returns the status of the answer */
async function slowUpload(site: ContractSite): Promise<number> {
  const { tenant, device } = site.newcomer();
  const frame = JSON.stringify({ tenant_id: tenant, dev_eui: device, payload: { body: '' } });
  const body = frame.replace('""', `"${'x'.repeat(mebibyte - frame.length)}"`);
  const { hostname, port } = new URL(site.pageUrl);
  const upload = request({
    hostname,
    port,
    ca: site.ca,
    agent: false,
    method: 'POST',
    path: '/messages',
    headers: { ...site.serviceHeaders, 'Content-Length': body.length },
  });
  const answered = new Promise<number>((resolve, reject) => {
    upload.on('error', reject);
    upload.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  answered.catch(() => {});
  const size = Math.ceil(body.length / pieces);
  for (let at = 0; at < body.length && !upload.destroyed; at += size) {
    await pause(every);
    upload.write(body.slice(at, at + size));
  }
  upload.end();
  return answered;
}

/** Bytes of a message: large, so that the buffers on the way are soon full. */
const large = 500_000;
/** Messages that are more than all buffers on the way can hold. */
const enough = 200;

export const flowRows: readonly Row[] = [
  {
    id: 'slow-upload',
    name: 'a body of 1 MiB that takes 70 s to arrive is taken',
    pace: 'alongside',
    run: async (site) => {
      assert.equal(await slowUpload(site), 202);
    },
  },
  {
    id: 'slow-reader',
    name: 'a client that does not read is closed with 1013, and the others get every message',
    needs: ['settings', 'addresses', 'metrics'],
    profile: 'tight',
    run: async (site) => {
      // Who reads again gets the 1013 at the end of what has waited; a busy machine may take longer for that than the
      // 10 s that the app gives it. Then once more.
      let close: Close | undefined;
      for (let attempt = 0; attempt < 5 && close?.code !== 1013; attempt += 1)
        close = await readNothing(site);
      assert.deepEqual(close, { code: 1013, reason: 'the client reads too slowly; connect again' });
    },
  },
];

/** Opens a socket that does not read, publishes until it is given up, and checks that others have missed nothing. */
async function readNothing(site: ContractSite): Promise<Close> {
  await emptied(site);
  const { claims, tenant, device } = site.newcomer();
  const colleague = { ...claims, user_id: site.newcomer().user };
  const readers = [
    await site.connect('/ws', site.token(colleague), ownAddress()),
    await site.connect(`/ws/tenant/${tenant}`, site.token(colleague), ownAddress()),
  ];
  const topics = () => metric(site, 'hermes_topics');
  const without = await topics();
  const slow = await site.connect('/ws', site.token(claims), ownAddress());
  // It has the topic of its user to itself: that goes when it is given up.
  assert.ok((await topics()) > without);
  slow.socket.pause();
  const payload = { body: 'x'.repeat(large) };
  const published: string[] = [];
  while ((await topics()) > without) {
    assert.ok(published.length < enough, 'the slow one is given up');
    published.push(await site.publish({ tenant_id: tenant, dev_eui: device, payload }));
  }
  slow.socket.resume();
  published.push(await site.publish({ tenant_id: tenant, dev_eui: device }));
  for (const reader of readers) {
    await until(
      () => reader.frames.length >= published.length,
      () => `${published.length} messages, not ${reader.frames.length}`,
      longPatience,
    );
    assert.deepEqual(
      (await reader.settled()).map(({ id }) => id),
      published,
    );
    await reader.end();
  }
  const close = await slow.closed();
  const got = slow.frames.map(({ id }) => id);
  assert.deepEqual(got, published.slice(0, got.length));
  return close;
}
