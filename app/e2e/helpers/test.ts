import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';
import { bringUp, takeDown } from '../../test/helpers/stack/bring-up.js';
import type { Stack } from '../../test/helpers/stack/stack.js';
import { type NativeWay, ways } from '../../test/helpers/stack/ways.js';
import { launchChromium } from './chromium.js';

export { expect } from '@playwright/test';

export interface Options {
  readonly way: NativeWay;
}

/** Pings follow quickly, so that tests see some; what is stopped goes at once. */
const brisk = { PING_INTERVAL: '2s', PONG_TIMEOUT: '2s', DRAIN_SECONDS: '0' };

/** Milliseconds for a stack or a browser to start and to stop. */
const patience = 60_000;

const recordedSocket = fileURLToPath(new URL('./recorded-socket.js', import.meta.url));

/** Tests with a real stack and a browser that trusts its CA, both kept for all tests of a worker. */
export const test = base.extend<object, Options & { readonly stack: Stack }>({
  way: [ways[0], { option: true, scope: 'worker' }],
  stack: [
    async ({ way }, use) => {
      const stack = await bringUp(way, brisk);
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
