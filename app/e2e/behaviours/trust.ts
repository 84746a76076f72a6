import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { execa } from 'execa';
import { ask } from '../../test/helpers/answer.js';
import { connect } from '../../test/helpers/client.js';
import type { Behaviour } from '../behaviour.js';
import { launchChromium } from '../helpers/chromium.js';

const python = new URL('../helpers/verified-status.py', import.meta.url).pathname;

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
  {
    name: 'Node refuses the certificate without the CA, and takes it with it',
    run: async ({ stack }) => {
      const refusal = (attempt: Promise<unknown>) =>
        expect(attempt).rejects.toMatchObject({
          code: expect.stringMatching(/^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/),
        });
      await refusal(ask(stack.pageUrl, '/'));
      const url = `${stack.socketUrl}/ws?token=${stack.token(stack.newcomer().claims)}`;
      await refusal(connect(url));
      await (await connect(url, [], { ca: readFileSync(stack.caFile) })).end();
    },
  },
  {
    name: 'curl refuses the certificate without the CA, and takes it with it',
    run: async ({ stack }) => {
      const curl = (...trusted: string[]) =>
        execa('curl', ['-sS', '--noproxy', '*', ...trusted, `${stack.pageUrl}/health/live`], {
          reject: false,
        });
      const refused = await curl();
      expect([refused.exitCode, refused.stdout]).toEqual([60, '']);
      expect((await curl('--cacert', stack.caFile)).stdout).toBe('{"status":"live"}');
    },
  },
  {
    name: 'Python refuses the certificate without the CA, and takes it with it',
    run: async ({ stack }) => {
      const run = (...trusted: string[]) =>
        execa('python3', [python, stack.pageUrl, ...trusted], { reject: false });
      const refused = await run();
      expect(refused.stdout).toBe('');
      expect(refused.stderr).toContain('CERTIFICATE_VERIFY_FAILED');
      expect((await run(stack.caFile)).stdout).toBe('200');
    },
  },
];
