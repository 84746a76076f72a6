import { expect } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';
import { PageSocket } from '../helpers/page-socket.js';

export const origins: readonly Behaviour[] = [
  {
    name: 'a page of another origin gets no WebSocket, although its token is good',
    run: async ({ page, stack }) => {
      const url = `${stack.socketUrl}/ws?token=${stack.token(stack.newcomer().claims)}`;
      const complaint = page.waitForEvent('console', (message) => message.type() === 'error');
      // The certificate covers the address too, and to a browser it is another origin than the name.
      await page.goto(stack.pageUrl.replace('localhost', '127.0.0.1'));
      expect(await (await PageSocket.open(page, url)).opened()).toBe(false);
      expect((await complaint).text()).toContain('Unexpected response code: 403');
      await page.goto('/');
      expect(await (await PageSocket.open(page, url)).opened()).toBe(true);
    },
  },
];
