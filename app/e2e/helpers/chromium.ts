import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { execa } from 'execa';
import { findExecutable } from '../../../scripts/src/packages/find.js';
import { tools } from '../../../scripts/src/packages/tools.js';

export interface LaunchedBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * The system's Chromium with a home of its own; Playwright's usual switches keep it from calling home. Certificates are
 * always verified.
 * @param caFile CA to trust besides the public ones
 */
export async function launchChromium(caFile?: string): Promise<LaunchedBrowser> {
  const home = mkdtempSync(join(tmpdir(), 'hermes-e2e-home-'));
  if (caFile) await trust(caFile, home);
  const browser = await chromium.launch({
    executablePath: required('chromium'),
    // Machines that test have no GPU, and starting its process takes a second.
    args: ['--disable-gpu'],
    env: { PATH: process.env.PATH ?? '', HOME: home },
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Chromium on Linux takes CAs of the user from an NSS database in the home folder. */
async function trust(caFile: string, home: string): Promise<void> {
  const folder = join(home, '.pki/nssdb');
  mkdirSync(folder, { recursive: true });
  const certutil = (...args: string[]) => execa(required('certutil'), ['-d', `sql:${folder}`, ...args]);
  await certutil('-N', '--empty-password');
  await certutil('-A', '-t', 'C,,', '-n', 'hermes', '-i', caFile);
}

function required(name: 'chromium' | 'certutil'): string {
  const { command, ...tool } = tools[name];
  const path = findExecutable(command, 'paths' in tool ? tool.paths : []);
  if (path) return path;
  throw new Error(`${command} is missing; \`make test SUITE=e2e\` installs it`);
}
