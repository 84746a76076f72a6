import { expect } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';

export const proxy: readonly Behaviour[] = [
  {
    name: 'a browser that comes by plain http ends at the page over https',
    only: { on: 'proxied', because: 'the app alone has no HTTP port' },
    run: async ({ page, stack }) => {
      await page.goto(stack.plainUrl);
      expect(page.url()).toBe(`${stack.pageUrl}/`);
    },
  },
];
