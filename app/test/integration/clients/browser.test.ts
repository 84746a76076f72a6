import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type LaunchedBrowser, launchChromium } from '../../../e2e/helpers/chromium.js';
import { projectRoot } from '../../../src/settings/project-root.js';
import { token } from '../../helpers/tokens.js';
import { until } from '../../helpers/wait.js';
import { PageServer } from './page-server.js';
import { allOf, Site } from './site.js';

describe('the browser example', () => {
  let site: Site;
  let pages: PageServer;
  let chromium: LaunchedBrowser;
  let page: Page;

  before(async () => {
    site = new Site();
    pages = new PageServer(join(projectRoot, 'docs/clients/browser'), site.ca);
    await pages.listen();
    await site.start({ ALLOWED_ORIGINS: pages.origin });
    chromium = await launchChromium(site.ca.caFile);
  });
  beforeEach(async () => {
    page = await chromium.browser.newPage();
    page.setDefaultTimeout(15_000);
  });
  afterEach(() => page.close());
  after(async () => {
    await chromium.close();
    pages.close();
    await site.stop();
  });

  /** Makes the page's back-off draw this number, where the test would take too long, or be over too soon. */
  const random = (drawn: number) =>
    page.addInitScript((value) => {
      Math.random = () => value;
    }, drawn);
  const visit = async () => {
    await page.goto(pages.origin);
    await page.getByLabel('Channel').fill(`wss://${site.address}/ws`);
  };
  const connect = async (jwt: string) => {
    await page.getByLabel('Token').fill(jwt);
    await page.getByRole('button', { name: 'Connect' }).click();
  };
  const state = (text: string | RegExp) => page.locator('output', { hasText: text }).waitFor();
  const uplinksTo = async (last: number): Promise<number[]> => {
    await page.locator('li', { hasText: `"f_cnt":${last},` }).waitFor();
    return (await page.locator('li').allTextContents()).map((text) => JSON.parse(text).f_cnt);
  };
  const unauthorized = () => site.service.metric('hermes_handshakes_total', 'status="401"');

  it('comes back after a restart and after a cut line, with nothing lost or repeated', async () => {
    await visit();
    await connect(token());
    await state(/^open$/);
    const first = await site.publish();
    await uplinksTo(first);
    const afterRestart = site.restart(() => site.publish(3));
    await state(/^waiting/);
    await afterRestart;
    await uplinksTo(first + 3);
    await site.cut(() => site.publish(3));
    assert.deepEqual(await uplinksTo(first + 6), allOf(first, first + 6));
  });

  it('stops when its token has expired, and resumes with the next one', async () => {
    await visit();
    await connect(token({ exp: Date.now() / 1_000 + 2.5 }));
    await state(/^open$/);
    const first = await site.publish();
    await uplinksTo(first);
    const before = await unauthorized();
    await state('stopped: this token has expired');
    assert.equal(await unauthorized(), before);
    const last = await site.publish(2);
    await connect(token());
    assert.deepEqual(await uplinksTo(last), allOf(first, last));
  });

  it('gives up when a server that is ready keeps refusing', async () => {
    await random(0.01);
    await visit();
    const before = await unauthorized();
    await connect(`${token()}x`);
    await state('stopped: the server refuses the handshake');
    assert.equal(await unauthorized(), before + 8);
  });

  it('does not give up on a server that is away', async () => {
    await random(0.001);
    await visit();
    await connect(token());
    await state(/^open$/);
    let attempts = 0;
    page.on('websocket', () => {
      attempts += 1;
    });
    await site.cut(async () => {
      await until(
        () => attempts > 10,
        () => '11 attempts',
      );
    });
    await state(/^open$/);
  });

  it('tries at once when the network is back', async () => {
    await random(100);
    await visit();
    await connect(token());
    await state(/^open$/);
    await site.cut(() => state(/^waiting: 1006: no reason given; next attempt in 100\.0 s/));
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await state(/^open$/);
  });
});
