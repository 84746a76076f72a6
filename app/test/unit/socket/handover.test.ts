import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tokenKey } from '../../../src/auth/token.js';
import { EmbeddedBus } from '../../../src/bus/embedded.js';
import { type Entry, frameOf, type Message } from '../../../src/domain/message.js';
import { Hub } from '../../../src/hub/hub.js';
import { Capacity } from '../../../src/socket/capacity.js';
import { textFrame } from '../../../src/socket/frame.js';
import { mountChannels } from '../../../src/socket/mount.js';
import { newFolder } from '../../helpers/service.js';
import { Target } from '../../helpers/target.js';
import { jwtSecret } from '../../helpers/tokens.js';

const uplink: Message = { kind: 'uplink', tenantId: 't1', devEui: 'd1', body: '{"type":"uplink"}' };

describe('the handover from the history to live messages', () => {
  it('sends a message once that is in the history before the hub delivers it', async () => {
    const bus = new EmbeddedBus({ path: newFolder(), retention: 100, maxBytes: 2 ** 20 });
    const hub = new Hub((entry) => textFrame(frameOf(entry)));
    const server = createServer();
    mountChannels(server, {
      capacity: new Capacity({ maxConnections: 10, connectionsPerAddress: 10, handshakesPerSecond: 10 }),
      addressOf: () => 'here',
      closeTimeout: 1_000,
      taken: () => {},
      maxWaiting: 2 ** 20,
      maxWaitingTotal: 2 ** 30,
      events: { opened: () => {}, closed: () => {}, refused: ({ error }) => assert.fail(error) },
      context: {
        hub,
        bus,
        heartbeat: { ping: 60_000, pong: 60_000 },
        onFault: (error) => assert.fail(String(error)),
        rules: {
          tokens: { secret: tokenKey(jwtSecret), algorithm: 'HS256', allowNoExpiry: false },
          allowedOrigins: undefined,
          fernetKey: undefined,
          tenantOf: async () => 't1',
          maxSubscriptions: 1,
          capacity: async () => undefined,
        },
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const target = new Target((server.address() as AddressInfo).port);

    // The bus and the hub are not connected here, so that the test says when the hub hears of a message.
    const publish = async (): Promise<Entry> => {
      const [receipt] = await bus.publish([uplink]);
      return { id: receipt?.id ?? '', message: uplink };
    };
    const [first, second] = [await publish(), await publish()];
    const client = await target.open('/ws?since=0');
    assert.equal((await client.settled()).length, 2, 'the history was replayed');
    hub.deliver(first);
    hub.deliver(second);
    assert.deepEqual(await client.settled(), []);
    const third = await publish();
    hub.deliver(third);
    assert.deepEqual(await client.settled(), [{ id: third.id, type: 'uplink' }]);

    await client.end();
    server.close();
    await bus.close();
  });
});
