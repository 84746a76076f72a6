import { strict as assert } from 'node:assert';
import { connect } from '../helpers/client.js';
import { type RunningService, startService } from '../helpers/service.js';
import { token } from '../helpers/tokens.js';

describe('a token', () => {
  let running: RunningService;
  before(async () => {
    running = await startService();
  });
  after(() => running.stop());

  for (const path of ['/ws', '/ws/notifications', '/ws/tenant/t1']) {
    it(`opens ${path} as ?token=`, async () => {
      const client = await connect(`${running.wsUrl}${path}?token=${token()}`);
      assert.equal(client.socket.protocol, '');
      assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
      await client.end();
    });

    it(`opens ${path} as Authorization: Bearer`, async () => {
      const headers = { Authorization: `Bearer ${token()}` };
      const client = await connect(`${running.wsUrl}${path}`, [], { headers });
      assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
      await client.end();
    });

    it(`opens ${path} as the subprotocols bearer, <JWT>, answered with bearer`, async () => {
      const client = await connect(`${running.wsUrl}${path}`, ['bearer', token()]);
      assert.equal(client.socket.protocol, 'bearer');
      assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
      await client.end();
    });
  }

  it('opens a path with a slash at its end', async () => {
    const client = await connect(`${running.wsUrl}/ws/notifications/?token=${token()}`);
    assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
    await client.end();
  });

  it('never comes back in the answer', async () => {
    const given = token();
    const { headers } = await running.knock('/ws', {
      headers: { 'Sec-WebSocket-Protocol': `bearer, ${given}` },
    });
    assert.equal(headers['sec-websocket-protocol'], 'bearer');
    assert.ok(!JSON.stringify(headers).includes(given));
  });
});
