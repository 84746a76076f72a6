import { join } from 'node:path';
import { expect } from '@playwright/test';
import { projectRoot } from '../../src/settings/project-root.js';
import type { Stack } from '../../test/helpers/stack/stack.js';
import type { Behaviour } from '../behaviour.js';
import { Console } from '../helpers/console.js';

/** Where the README has its picture of the console. */
const picture = join(projectRoot, 'docs/images/console.png');

const tenant = 'demo';
const user = 'ada';

type Uplink = readonly [device: string, payload: object];
type Notification = { readonly title: string; readonly message: string; readonly type: string };

/** What comes in on an ordinary morning, the oldest message first. */
const morning: readonly (Uplink | Notification)[] = [
  ['cold-room-1', { TempC_SHT: 3.94, Hum_SHT: 71.2, BatV: 3.05 }],
  ['greenhouse-north', { soil_moisture: 31.5, soil_temperature: 14.2, battery: 97 }],
  ['van-07', { latitude: 40.4168, longitude: -3.7038, speed_kmh: 48 }],
  ['door-front', { open: false, BatV: 2.98 }],
  ['water-meter-12', { litres: 184203, leak: false }],
  ['cold-room-2', { TempC_SHT: 6.12, Hum_SHT: 73.9, BatV: 3.02 }],
  ['gate-3', { open: true, count: 218 }],
  ['co2-room-4', { co2_ppm: 612, TempC_SHT: 21.4, Hum_SHT: 43.8 }],
  ['cold-room-2', { TempC_SHT: 8.61, Hum_SHT: 74.8, BatV: 3.02 }],
  { type: 'warning', title: 'Cold room 2 is too warm', message: '8.6 °C; the limit is 8 °C' },
  ['van-07', { latitude: 40.4211, longitude: -3.6985, speed_kmh: 0 }],
  ['parking-b2', { occupied: true, BatV: 3.61 }],
  ['greenhouse-south', { soil_moisture: 28.9, soil_temperature: 15.7, battery: 91 }],
  ['cold-room-2', { TempC_SHT: 5.37, Hum_SHT: 72.4, BatV: 3.02 }],
  { type: 'success', title: 'Cold room 2 is cold again', message: '5.4 °C; the limit is 8 °C' },
  ['cold-room-1', { TempC_SHT: 3.88, Hum_SHT: 70.9, BatV: 3.05 }],
];

export const portrait: readonly Behaviour[] = [
  {
    name: 'the console lists uplinks and notifications, newest first, with what they say',
    run: async ({ page, stack }) => {
      const token = stack.token({ user_id: user, cs_tenant_id: tenant });
      const shown = await Console.visit(page, { token, channel: '/ws' });
      await shown.expectOpen();
      const ids: string[] = [];
      for (const message of morning) ids.unshift(await send(stack, message));

      await shown.expectMessages(ids);
      const newestFirst = morning.map((one) => ('title' in one ? one.title : one[0])).reverse();
      await expect(shown.messages.locator('.title')).toHaveText(newestFirst);
      await expect(shown.messages.nth(0)).toContainText('"TempC_SHT":3.88');
      await expect(shown.messages.nth(1)).toContainText('5.4 °C; the limit is 8 °C');
      await expect(page.locator('#count')).toHaveText(String(ids.length));
      if (process.env.UPDATE_SCREENSHOT) await page.screenshot({ path: picture });

      await shown.messages.nth(0).click();
      await expect(shown.messages.nth(0).locator('pre')).toContainText(`"id": "${ids[0]}"`);
    },
  },
];

function send(stack: Stack, message: Uplink | Notification): Promise<string> {
  if ('title' in message) return stack.notify(user, { ...message });
  const [device, payload] = message;
  return stack.publish({ tenant_id: tenant, dev_eui: `eui-of-${device}`, device_name: device, payload });
}
