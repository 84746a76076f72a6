import { strict as assert } from 'node:assert';
import { connect } from '../helpers/client.js';
import { apiKey, type RunningService, startService } from '../helpers/service.js';
import { token } from '../helpers/tokens.js';

describe('channels', () => {
  let running: RunningService;
  before(async () => {
    running = await startService();
  });
  after(() => running.stop());

  const publish = (uplink: object) =>
    fetch(`${running.url}/messages`, {
      method: 'POST',
      headers: { 'X-API-Key': apiKey },
      body: JSON.stringify(uplink),
    });
  const open = (path: string, claims?: Record<string, unknown>) =>
    connect(`${running.url.replace('http', 'ws')}${path}`, ['bearer', token(claims)]);

  it('deliver an uplink of the own tenant once, however many reasons there are', async () => {
    await publish({ tenant_id: 't1', dev_eui: 'd1', payload: {} });
    const client = await open('/ws?device=d1');
    client.send({ action: 'sub', device: 'd1' });
    assert.deepEqual(await client.next(), { type: 'subscribed', device: 'd1' });
    await publish({ tenant_id: 't1', dev_eui: 'd1', f_cnt: 0, payload: { t: 1 } });
    const uplink = await client.next();
    assert.equal(uplink.f_cnt, 0);
    assert.deepEqual((await client.settled()).length, 2);
    await client.end();
  });
});
