import { withWindow } from '../../docs/clients/chromium.js';

/** A page of a browser. */
export interface BrowserPage {
  /** @throws Error with the browser's words where it could not */
  load(url: string): Promise<unknown>;
  /** The value of an expression in the page, a text; a promise is awaited. @throws Error where it throws */
  evaluate(expression: string): Promise<string>;
}

/** Lets a browser be used by way of one of its pages. */
export type Visit = (use: (page: BrowserPage) => Promise<void>) => Promise<void>;

/**
 * Chromium drops its connections when any interface of the machine comes or goes, such as those of Docker's networks,
 * whatever it is connected to. It has no switch for that.
 */
const networkChanged = 'ERR_NETWORK_CHANGED';

const attempts = 10;

/** Uses a new page of a Chromium that trusts this CA file; all over again where the network changed meanwhile. */
export async function visitInChromium(ca: string, use: (page: BrowserPage) => Promise<void>): Promise<void> {
  for (let left = attempts; ; left--) {
    let said = '';
    try {
      return await withWindow(ca, async (window) => {
        const page = await window.newPage();
        page.on('console', (message) => {
          said += message.text();
        });
        await use({ load: (url) => page.goto(url), evaluate: (expression) => page.evaluate(expression) });
      });
    } catch (error) {
      if (left <= 1 || !`${error}${said}`.includes(networkChanged)) throw error;
    }
  }
}
