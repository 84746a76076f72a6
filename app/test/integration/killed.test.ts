import { strict as assert } from 'node:assert';
import { startProcess } from '../helpers/process.js';
import { newFolder } from '../helpers/service.js';

describe('an app that was killed', () => {
  it('has everything again that it took: messages, dedupe keys, devices', async () => {
    const DATA_DIR = newFolder();
    const before = await startProcess({ DATA_DIR });
    const taken = new Map<string, string>();
    let count = 0;
    let killed = false;
    const publishers = Array.from({ length: 8 }, async () => {
      while (!killed) {
        count += 1;
        const deduplicationId = `message ${count}`;
        const uplink = { tenant_id: 't1', dev_eui: 'd1', payload: {}, deduplicationId };
        const answer = await before.target.post('/messages', uplink).catch(() => undefined);
        if (answer?.status === 202) taken.set(deduplicationId, answer.json.id);
        if (taken.size >= 200 && !killed) {
          killed = true;
          before.app.child.kill('SIGKILL');
        }
      }
    });
    await Promise.all(publishers);
    assert.equal(await before.app.exited(), 'SIGKILL');

    const { app, target } = await startProcess({ DATA_DIR });
    const client = await target.open('/ws/device/d1?since=0');
    const ids = (await client.settled()).map(({ id }) => id as string);
    assert.deepEqual(ids, [...new Set(ids)].sort());
    const kept = new Set(ids);
    const lost = [...taken.values()].filter((id) => !kept.has(id));
    assert.deepEqual(lost, [], `${lost.length} of ${taken.size} are lost`);

    const newest = (await target.get('/messages/last?dev_eui=d1&limit=50')).json;
    assert.deepEqual(
      newest.map(({ id }: { id: string }) => id),
      ids.slice(-50).reverse(),
    );

    const [[deduplicationId, id] = []] = taken;
    const again = await target.post('/messages', {
      tenant_id: 't1',
      dev_eui: 'd1',
      payload: {},
      deduplicationId,
    });
    assert.deepEqual([again.status, again.json.id], [200, id]);

    assert.equal(
      (await target.post('/messages', { tenant_id: 't2', dev_eui: 'd1', payload: {} })).status,
      409,
    );
    const next = await target.publish();
    assert.ok(next > (ids.at(-1) ?? ''));
    assert.deepEqual(
      (await client.settled()).map((frame) => frame.id),
      [next],
    );
    await client.end();
    assert.equal(await app.end('SIGTERM'), 0);
  });
});
