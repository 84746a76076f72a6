import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, type Page, chromium as playwright } from '@playwright/test';
import { ensureTool } from '../../../src/packages/install.js';
import type { Client, Target } from './client.js';
import { trustInNss } from './nss.js';
import { cleanEnvironment } from './process.js';
import { httpUrl } from './tools.js';

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--no-first-run'],
  // Names under .test (RFC 6761) are somebody else's host here.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
];

const script = fileURLToPath(new URL('./in-page.js', import.meta.url));

/**
 * Starts Chromium with an empty home folder, or with this one, and gives its one window.
 * @param ca file that it trusts, as its user would have it do
 */
export async function withChromium<T>(
  { home = mkdtempSync(join(tmpdir(), 'hermes-home-')), ca }: { home?: string; ca?: string | undefined },
  use: (window: BrowserContext) => Promise<T>,
): Promise<T> {
  if (ca) await trustInNss(home, ca);
  const executablePath = await ensureTool('chromium', () => {});
  const environment = { ...cleanEnvironment, HOME: home };
  const browser = await playwright.launch({ executablePath, args: flags, env: environment });
  try {
    const window = await browser.newContext();
    await window.addInitScript({ path: script });
    return await use(window);
  } finally {
    await browser.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Opens a socket from a page of the target, and tells what its console and its program see. */
export const chromium: Client = (target) => {
  const said: string[] = [];
  const ended = withChromium({ ca: target.ca }, (window) => visit(window, target, (line) => said.push(line)));
  const open = ended.then((opened) => {
    if (!opened) throw new Error(`it did not open: ${said.join('\n')}`);
  });
  open.catch(() => {});
  return { open, text: ended.then(() => said.join('\n')), finish: () => {} };
};

async function visit(window: BrowserContext, target: Target, say: (line: string) => void): Promise<boolean> {
  const page = await window.newPage();
  page.on('console', (message) => say(message.text()));
  const loaded = await load(page, target).catch((error: Error) => {
    say(error.message);
    return undefined;
  });
  // Where there is no page of the server, one of no origin has to do.
  const from = loaded ?? (await window.newPage());
  if (from !== page) from.on('console', (message) => say(message.text()));
  const outcome = await from.evaluate<string>(
    `openSocket(${JSON.stringify(target.url)}, ${JSON.stringify(target.token)})`,
  );
  say(outcome);
  return outcome === 'open';
}

/** Goes to a page of the server, or to one of another origin, which can be had without that one's server. */
async function load(page: Page, target: Target): Promise<Page> {
  const own = new URL(httpUrl(target)).origin;
  const { origin = own, policy, unpermitted } = target;
  if (origin !== own) {
    const headers = policy ? { 'Content-Security-Policy': policy } : {};
    await page.route(`${origin}/`, (route) => route.fulfill({ contentType: 'text/html', headers }));
    if (!unpermitted) await page.context().grantPermissions(['local-network-access'], { origin });
  }
  await page.goto(`${origin}/`);
  return page;
}
