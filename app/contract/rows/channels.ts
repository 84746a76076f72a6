import { strict as assert } from 'node:assert';
import { open } from '../clients.js';
import type { Row } from '../row.js';

interface Channel {
  readonly id: string;
  readonly path: string;
  readonly for?: 'tenant' | 'device';
  readonly sees: readonly ('uplink' | 'notification')[];
}

const channels: readonly Channel[] = [
  { id: 'notifications', path: '/ws/notifications', sees: ['notification'] },
  { id: 'general', path: '/ws', sees: ['uplink', 'notification'] },
  { id: 'tenant', path: '/ws/tenant/', for: 'tenant', sees: ['uplink', 'notification'] },
  { id: 'device', path: '/ws/device/', for: 'device', sees: ['uplink'] },
];

export const channelRows: readonly Row[] = [
  ...channels.map(
    (channel): Row => ({
      id: `channel-${channel.id}`,
      name: `\`${channel.path}${channel.for ? `{${channel.for}}` : ''}\` delivers what its reader may see, in order, and nothing of others`,
      run: async (site) => {
        const [reader, other] = [site.newcomer(), site.newcomer()];
        // A member may open a device from its first uplink on.
        await site.publish({ tenant_id: reader.tenant, dev_eui: reader.device });
        const path = channel.path + (channel.for ? reader[channel.for] : '');
        const client = await site.connect(path, site.token(reader.claims));
        const seen: string[] = [];
        for (const { tenant, device, user } of [other, reader, other, reader]) {
          const uplink = await site.publish({ tenant_id: tenant, dev_eui: device });
          const notification = await site.notify(user);
          if (user !== reader.user) continue;
          if (channel.sees.includes('uplink')) seen.push(uplink);
          if (channel.sees.includes('notification')) seen.push(notification);
        }
        const ids = (await client.take(seen.length)).map(({ id }) => id);
        assert.deepEqual(ids, seen);
        assert.deepEqual(await client.settled(), []);
        await client.end();
      },
    }),
  ),
  {
    id: 'notify',
    name: 'a notification reaches its user on every channel but that of a device, and nobody else',
    run: async (site) => {
      const { claims, user, tenant, device } = site.newcomer();
      await site.publish({ tenant_id: tenant, dev_eui: device });
      const own = site.token(claims);
      const theirs = ['/ws/notifications', '/ws', `/ws/tenant/${tenant}`].map((path) =>
        site.connect(path, own),
      );
      const others = [
        site.connect(`/ws/device/${device}`, own),
        site.connect('/ws/notifications', site.token({ ...claims, user_id: `${user}-too` })),
        site.connect('/ws', site.token({ user_id: 'root', is_superuser: true })),
      ];
      const sockets = await Promise.all([...theirs, ...others]);

      const query = new URLSearchParams({ user_id: user, title: 'By query', message: 'one' });
      const byQuery = await site.serve('POST', `/notify?${query}`);
      assert.deepEqual([byQuery.status, byQuery.json.status], [202, 'success']);
      const byBody = await site.notify(user, { title: 'By body', message: 'two', type: 'warning' });

      const essence = ({ id, channel, title, message, type }: Record<string, unknown>) => [
        id,
        channel,
        title,
        message,
        type,
      ];
      for (const client of await Promise.all(theirs))
        assert.deepEqual((await client.take(2)).map(essence), [
          [byQuery.json.id, 'notifications', 'By query', 'one', 'info'],
          [byBody, 'notifications', 'By body', 'two', 'warning'],
        ]);
      for (const client of await Promise.all(others)) {
        // A superuser sees uplinks of other rows.
        const got = (await client.settled()).filter(({ channel }) => channel === 'notifications');
        assert.deepEqual(got, []);
      }
      await Promise.all(sockets.map((client) => client.end()));
    },
  },
  {
    id: 'superuser',
    name: 'a superuser and a global user get the uplinks of every tenant on `/ws`, each once',
    run: async (site) => {
      const { tenant, device } = site.newcomer();
      const sockets = [
        await site.connect(`/ws?device=${device}`, site.token({ user_id: 'root', is_superuser: true })),
        await site.connect('/ws', site.token({ user_id: 'global', is_global: true })),
      ];
      const id = await site.publish({ tenant_id: tenant, dev_eui: device });
      for (const client of sockets) {
        while (!client.frames.some((frame) => frame.id === id)) await client.next();
        await client.settled();
        assert.equal(client.frames.filter((frame) => frame.id === id).length, 1);
        await client.end();
      }
    },
  },
  {
    id: 'subscribe',
    name: 'a socket subscribes to a device and back, by a frame or `?device=`, and not to one of another tenant',
    run: async (site) => {
      const [own, foreign] = [site.newcomer(), site.newcomer()];
      for (const { tenant, device } of [own, foreign])
        await site.publish({ tenant_id: tenant, dev_eui: device });
      const client = await site.connect(`/ws?device=${own.device}`, site.token(own.claims));
      const { device } = own;
      assert.deepEqual(await client.ask({ action: 'subscribe', device }), { type: 'subscribed', device });
      assert.deepEqual(await client.ask({ action: 'unsub', device }), { type: 'unsubscribed', device });
      const refused = await client.ask({ action: 'subscribe', device: foreign.device });
      assert.deepEqual([refused.type, refused.code], ['error', 'forbidden']);
      await client.end();
    },
  },
  {
    id: 'no-relay',
    name: 'what a client types is answered to it alone',
    run: async (site) => {
      const { claims } = site.newcomer();
      const [typing, silent] = [
        await site.connect('/ws', site.token(claims)),
        await site.connect('/ws', site.token(claims)),
      ];
      for (const text of ['not JSON', '{"action":"shout"}', '[]'])
        assert.equal((await typing.ask(text)).type, 'error');
      assert.deepEqual(await silent.settled(), []);
      await Promise.all([typing.end(), silent.end()]);
    },
  },
  {
    id: 'resume',
    name: 'with `?since=` a socket gets what came after that id, once and in order, and goes on live',
    run: async (site) => {
      const { claims, tenant, device } = site.newcomer();
      const publish = () => site.publish({ tenant_id: tenant, dev_eui: device });
      const [first, ...rest] = [await publish(), await publish(), await publish()];
      const client = await site.connect(`/ws?since=${first}`, site.token(claims));
      rest.push(await publish());
      assert.deepEqual(
        (await client.take(rest.length)).map(({ id }) => id),
        rest,
      );
      assert.deepEqual(await client.settled(), []);
      await client.end();
    },
  },
  {
    id: 'history',
    name: 'an uplink that was accepted comes back from `/messages/last`, newest first',
    run: async (site) => {
      const { tenant, device } = site.newcomer();
      const ids: string[] = [];
      for (const fCnt of [0, 1, 2])
        ids.unshift(await site.publish({ tenant_id: tenant, dev_eui: device, f_cnt: fCnt }));
      const { status, json } = await site.serve('GET', `/messages/last?dev_eui=${device}&limit=2`);
      assert.equal(status, 200);
      assert.deepEqual(
        json.map(({ id, f_cnt }: Record<string, unknown>) => [id, f_cnt]),
        [
          [ids[0], 2],
          [ids[1], 1],
        ],
      );
      assert.match(json[0]._id, /^[0-9a-f]{24}$/);
      assert.match(json[1].timestamp, /Z$/);
    },
  },
  {
    id: 'ping-action',
    name: '`{"action":"ping"}` is answered on every channel',
    run: async (site) => {
      const { claims, tenant, device } = site.newcomer();
      await site.publish({ tenant_id: tenant, dev_eui: device });
      for (const path of ['/ws', '/ws/notifications', `/ws/tenant/${tenant}`, `/ws/device/${device}`]) {
        const client = await site.connect(path, site.token(claims));
        assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
        await client.end();
      }
    },
  },
  {
    id: 'page',
    name: 'the console page and `/health/live` answer without a token',
    run: async (site) => {
      const answer = await site.request('/');
      assert.equal(answer.status, 200);
      assert.match(answer.text, /<title>/);
      assert.deepEqual((await site.request('/health/live')).json, { status: 'live' });
      await (await open(site)).end();
    },
  },
];
