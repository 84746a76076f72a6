import { strict as assert } from 'node:assert';
import { RawPeer } from '../helpers/raw.js';
import { startService } from '../helpers/service.js';
import { token } from '../helpers/tokens.js';
import { until } from '../helpers/wait.js';

describe('sockets that all read too slowly', () => {
  it('are closed with 1013 when more waits for them together than may, and others are not', async () => {
    // No single one comes near its own limit.
    const running = await startService({ SLOW_CONSUMERS_TOTAL_MB: '1', SLOW_CONSUMER_KB: '1000000' });
    const peer = await RawPeer.upgrade(running.port, '/ws', token());
    const reader = await running.open('/ws');
    peer.socket.pause();
    const body = 'x'.repeat(900_000);
    const count = 20;
    for (let n = 0; n < count; n += 1) {
      await running.publish({ payload: { body } });
      await reader.next();
    }
    // A look happens four times a second, so some messages more may come before the close.
    const gone = async () => (await running.metric('hermes_topics')) === 0;
    await reader.end();
    await until(gone, () => 'the slow socket to be out of the hub');
    peer.socket.resume();
    const { code, reason } = await peer.closed();
    assert.deepEqual([code, reason], [1013, 'the client reads too slowly; connect again']);
    await running.stop();
  });
});
