import { once } from 'node:events';
import { expect, type Page } from '@playwright/test';
import { within } from '../../test/helpers/wait.js';
import type { Behaviour } from '../behaviour.js';
import { PageSocket } from '../helpers/page-socket.js';
import type { Stack } from '../helpers/stack.js';

const limit = 64 * 1024;

export const frames: readonly Behaviour[] = [
  {
    name: 'a frame of 64 KiB is read, and one byte more closes with 1009',
    run: async ({ page, stack }) => {
      const socket = await open(page, stack);
      const ping = (bytes: number) => {
        const frame = JSON.stringify({ action: 'ping', padding: '' });
        return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
      };
      await socket.send(ping(limit));
      await expect.poll(async () => (await socket.received())[0]?.frame).toEqual({ action: 'pong' });
      await socket.send(ping(limit + 1));
      expect(await socket.closed()).toEqual({ code: 1009, reason: 'a frame may have 64 KiB at most' });
    },
  },
  {
    name: 'a binary frame closes with 1003',
    run: async ({ page, stack }) => {
      const socket = await open(page, stack);
      await socket.sendBytes(1);
      expect(await socket.closed()).toEqual({ code: 1003, reason: 'only text frames are understood' });
    },
  },
  {
    name: 'an idle socket stays open, because the pings of the server and their pongs get through',
    run: async ({ stack }) => {
      const client = await stack.connect('/ws', stack.token(stack.newcomer().claims));
      // A server that got no pong would have cut the connection before the third.
      for (const nth of ['first', 'second', 'third'])
        await within(once(client.socket, 'ping'), `the ${nth} ping`);
      expect(await client.settled()).toEqual([]);
      await client.end();
    },
  },
];

async function open(page: Page, stack: Stack): Promise<PageSocket> {
  await page.goto('/');
  const token = stack.token(stack.newcomer().claims);
  const socket = await PageSocket.open(page, `${stack.socketUrl}/ws`, ['bearer', token]);
  expect(await socket.opened()).toBe(true);
  return socket;
}
