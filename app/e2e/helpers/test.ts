import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';
import { type Way, ways } from '../ways.js';
import { bringUp, takeDown } from './bring-up.js';
import { launchChromium } from './chromium.js';
import type { Stack } from './stack.js';

export { expect } from '@playwright/test';

export interface Options {
  readonly way: Way;
}

/** Milliseconds for a stack or a browser to start and to stop. */
const patience = 60_000;

const recordedSocket = fileURLToPath(new URL('./recorded-socket.js', import.meta.url));

/** Tests with a real stack and a browser that trusts its CA, both kept for all tests of a worker. */
export const test = base.extend<object, Options & { readonly stack: Stack }>({
  way: [ways[0], { option: true, scope: 'worker' }],
  stack: [
    async ({ way }, use) => {
      const stack = await bringUp(way);
      await use(stack);
      await takeDown(stack);
    },
    { scope: 'worker', timeout: patience },
  ],
  browser: [
    async ({ stack }, use) => {
      const { browser, close } = await launchChromium(stack.caFile);
      await use(browser);
      await close();
    },
    { scope: 'worker', timeout: patience },
  ],
  baseURL: async ({ stack }, use) => use(stack.pageUrl),
  context: async ({ context }, use) => {
    await context.addInitScript({ path: recordedSocket });
    await use(context);
  },
});
