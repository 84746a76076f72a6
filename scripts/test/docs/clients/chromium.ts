import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from '@playwright/test';
import { newFolder } from '../../../../app/test/helpers/service.js';
import { ensureTool } from '../../../src/packages/install.js';
import type { Client, Target } from './client.js';
import { trustInNss } from './nss.js';
import { cleanEnvironment } from './process.js';
import { httpUrl } from './tools.js';

const flags = [
  // Machines that test have no GPU, and starting its process takes a second.
  '--disable-gpu',
  // Names under .test (RFC 6761) are somebody else's host here.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
];

const script = fileURLToPath(new URL('./in-page.js', import.meta.url));

/** Starts Chromium as the user whose home folder this is. */
export async function startChromium(home: string): Promise<Browser> {
  const executablePath = await ensureTool('chromium', () => {});
  return playwright.launch({ executablePath, args: flags, env: { ...cleanEnvironment, HOME: home } });
}

/** Browsers that run, by the CA that they trust: to start one takes longer than all the rest. */
const browsers = new Map<string, Promise<Browser>>();

/** Gives a window of a browser that trusts this CA file, or no CA of ours. */
export async function withWindow<T>(
  ca: string | undefined,
  use: (window: BrowserContext) => Promise<T>,
): Promise<T> {
  const trusted = ca ? readFileSync(ca, 'utf8') : '';
  const browser = browsers.get(trusted) ?? startTrusting(ca);
  browsers.set(trusted, browser);
  const window = await (await browser).newContext();
  try {
    await window.addInitScript({ path: script });
    return await use(window);
  } finally {
    await window.close();
  }
}

export async function closeBrowsers(): Promise<void> {
  for (const browser of browsers.values()) await (await browser).close();
  browsers.clear();
}

async function startTrusting(ca: string | undefined): Promise<Browser> {
  const home = newFolder();
  if (ca) await trustInNss(home, ca);
  return startChromium(home);
}

/** Opens a socket from a page of the target, and tells what its console and its program see. */
export const chromium: Client = (target) => {
  const said: string[] = [];
  const ended = withWindow(target.ca, (window) => visit(window, target, (line) => said.push(line)));
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
