import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import type { Frame } from '../../test/helpers/client.js';
import type { Claims } from '../../test/helpers/stack/site.js';
import type { Stack } from '../../test/helpers/stack/stack.js';
import { until } from '../../test/helpers/wait.js';
import type { Behaviour } from '../behaviour.js';
import { PageSocket } from '../helpers/page-socket.js';

/** Bodies of ChirpStack v4 `event/up`, as real devices caused them. */
const captures = readFileSync(new URL('../../test/data/chirpstack-uplinks.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const sensor = 'a840419edb62011c';
const oyster = '70b3d5705000f300';
const tester = '0018b200000262b0';
/** The captures differ in where the region stands. */
const regions: Readonly<Record<string, string>> = {
  [sensor]: 'eu868',
  [oyster]: 'us915_1_DR_1_3',
  [tester]: 'eu868',
};
const one = captures[0].deviceInfo.tenantId;
const two = captures[1].deviceInfo.tenantId;

interface Listener {
  readonly claims: Claims;
  readonly path: string;
  /** Devices whose uplinks it gets, each once. */
  readonly sees: readonly string[];
}

const member = (tenant: string): Claims => ({ user_id: `member-of-${tenant}`, cs_tenant_id: tenant });
const superuser: Claims = { user_id: 'root', is_superuser: true };
const global: Claims = { user_id: 'global', is_global: true };

const listeners: readonly Listener[] = [
  { claims: member(one), path: '/ws', sees: [sensor] },
  { claims: member(one), path: `/ws?device=${sensor}`, sees: [sensor] },
  { claims: member(one), path: `/ws/tenant/${one}`, sees: [sensor] },
  { claims: member(one), path: `/ws/device/${sensor}`, sees: [sensor] },
  { claims: member(one), path: '/ws/notifications', sees: [] },
  { claims: member(two), path: '/ws', sees: [oyster, tester] },
  { claims: member(two), path: `/ws/tenant/${two}`, sees: [oyster, tester] },
  { claims: member(two), path: `/ws/device/${oyster}`, sees: [oyster] },
  { claims: member('another'), path: '/ws', sees: [] },
  { claims: { user_id: 'nobody' }, path: '/ws', sees: [] },
  { claims: superuser, path: '/ws', sees: [sensor, oyster, tester] },
  { claims: superuser, path: `/ws/tenant/${one}`, sees: [sensor] },
  { claims: superuser, path: `/ws/device/${tester}`, sees: [tester] },
  { claims: superuser, path: '/ws/notifications', sees: [] },
  { claims: global, path: '/ws', sees: [sensor, oyster, tester] },
];

export const uplinks: readonly Behaviour[] = [
  {
    name: 'captured uplinks arrive within a second, once, on every channel that may see them and on no other',
    run: async ({ page, stack }) => {
      // A member may open a device from its first uplink on.
      for (const { deviceInfo } of captures)
        await stack.publish({ tenant_id: deviceInfo.tenantId, dev_eui: deviceInfo.devEui });
      const sockets = await openAll(page, stack);

      const posted: Posted[] = [];
      for (const capture of captures) posted.push(await post(stack, capture));

      const everything = sockets[listeners.findIndex(({ sees }) => sees.length === captures.length)];
      await until(
        async () => (await everything?.received())?.length === captures.length,
        () => 'all of the captures',
      );
      for (const [index, socket] of sockets.entries()) {
        const received = await socket.settled();
        const { path, claims, sees } = listeners[index] as Listener;
        const expected = posted.filter(({ capture }) => sees.includes(capture.deviceInfo.devEui));
        const got = received.map(({ frame }) => frame);
        expect(got, `${path} as ${claims.user_id}`).toEqual(expected.map(frameOf));
        for (const [nth, { at }] of received.entries())
          expect(at - (expected[nth]?.at ?? 0)).toBeLessThan(1_000);
      }
    },
  },
];

/** A socket for each listener, all in one page. */
async function openAll(page: Page, stack: Stack): Promise<PageSocket[]> {
  await page.goto('/');
  const sockets: PageSocket[] = [];
  for (const { claims, path } of listeners) {
    const socket = await PageSocket.open(page, stack.socketUrl + path, ['bearer', stack.token(claims)]);
    expect(await socket.opened(), `${path} as ${claims.user_id}`).toBe(true);
    sockets.push(socket);
  }
  return sockets;
}

interface Posted {
  readonly capture: (typeof captures)[number];
  readonly id: string;
  /** Milliseconds since 1970, just before it was sent. */
  readonly at: number;
}

async function post(stack: Stack, capture: Posted['capture']): Promise<Posted> {
  const at = Date.now();
  const first = await stack.serve('POST', '/messages', capture);
  const again = await stack.serve('POST', '/messages', capture);
  expect([first.status, again.status, again.json.id]).toEqual([202, 200, first.json.id]);
  const { json } = await stack.serve('GET', `/messages/last?dev_eui=${capture.deviceInfo.devEui}&limit=1`);
  expect(json).toMatchObject([{ id: first.json.id, _id: first.json.insert_id, payload: capture.object }]);
  return { capture, id: first.json.id, at };
}

/** The frame that clients get for a capture. */
function frameOf({ capture, id }: Posted): Frame {
  const { deviceInfo } = capture;
  return {
    id,
    type: 'uplink',
    tenant_id: deviceInfo.tenantId,
    tenant_name: deviceInfo.tenantName,
    dev_eui: deviceInfo.devEui,
    dev_addr: capture.devAddr,
    device_name: deviceInfo.deviceName,
    frequency: capture.txInfo.frequency,
    f_cnt: capture.fCnt,
    region: regions[deviceInfo.devEui],
    payload: capture.object,
    metadata: { device_profile_id: deviceInfo.deviceProfileId },
    received_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  };
}
