import { expect } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';
import { launchChromium } from '../helpers/chromium.js';

export const trust: readonly Behaviour[] = [
  {
    name: 'a browser that does not trust the CA refuses the page and the WebSocket',
    run: async ({ stack }) => {
      const { browser, close } = await launchChromium();
      try {
        const refused = (await browser.newPage()).goto(stack.pageUrl);
        await expect(refused).rejects.toThrow('net::ERR_CERT_AUTHORITY_INVALID');
        const page = await browser.newPage();
        const complaint = page.waitForEvent('console', (message) => message.type() === 'error');
        const url = `${stack.socketUrl}/ws?token=${stack.token(stack.newcomer().claims)}`;
        await page.evaluate((address) => void new WebSocket(address), url);
        expect((await complaint).text()).toContain('net::ERR_CERT_AUTHORITY_INVALID');
      } finally {
        await close();
      }
    },
  },
];
