import { expect } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';
import { PageSocket } from '../helpers/page-socket.js';

export const carriers: readonly Behaviour[] = [
  {
    name: 'a browser may send its token in the query',
    run: async ({ page, stack }) => {
      await page.goto('/');
      const token = stack.token(stack.newcomer().claims);
      const socket = await PageSocket.open(page, `${stack.socketUrl}/ws?token=${token}`);
      expect(await socket.opened()).toBe(true);
      expect(await socket.settled()).toEqual([]);
    },
  },
  {
    name: 'a browser may send its token as a subprotocol, and is answered `bearer`',
    run: async ({ page, stack }) => {
      await page.goto('/');
      const token = stack.token(stack.newcomer().claims);
      const socket = await PageSocket.open(page, `${stack.socketUrl}/ws`, ['bearer', token]);
      expect(await socket.opened()).toBe(true);
      expect(await socket.protocol()).toBe('bearer');
    },
  },
];
