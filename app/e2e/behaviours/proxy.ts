import { expect } from '@playwright/test';
import { ask, upgrade } from '../../test/helpers/answer.js';
import type { Behaviour } from '../behaviour.js';
import { expected } from '../differences.js';

export const proxy: readonly Behaviour[] = [
  {
    name: 'plain http is redirected to https, with its path and query',
    only: { on: 'proxied', because: 'the app alone has no HTTP port' },
    run: async ({ page, stack }) => {
      const answer = await ask(stack.plainUrl, '/messages/last?dev_eui=d1', { headers: upgrade });
      expect(answer.status).toBe(expected('redirectOfGet', stack.environment.PROXY));
      expect(answer.headers.location).toBe(`${stack.pageUrl}/messages/last?dev_eui=d1`);
      expect((await ask(stack.plainUrl, '/', { method: 'POST' })).status).toBe(308);
      await page.goto(stack.plainUrl);
      expect(page.url()).toBe(`${stack.pageUrl}/`);
    },
  },
  {
    name: 'a request for a host that is not ours does not reach the app',
    only: { on: 'proxied', because: 'the app alone does not ask by which name it is called' },
    run: async ({ stack }) => {
      const { host, hostname: servername } = new URL(stack.pageUrl);
      const stranger = { headers: { Host: 'elsewhere.example' }, servername };
      const status = expected('toStrangers', stack.environment.PROXY);
      for (const asked of [() => stack.request('/', stranger), () => ask(stack.plainUrl, '/', stranger)]) {
        if (status === undefined) await expect(asked()).rejects.toMatchObject({ code: 'ECONNRESET' });
        else expect(await asked()).toMatchObject({ status, text: '404 page not found\n' });
      }
      expect((await stack.request('/', { headers: { Host: host } })).status).toBe(200);
    },
  },
  {
    name: 'metrics are not published, though the app has them',
    only: { on: 'proxied', because: 'it is the proxy that keeps them inside' },
    run: async ({ stack }) => {
      expect((await ask(stack.innerUrl, '/metrics')).text).toContain('hermes_connections');
      for (const path of [
        '/metrics',
        '/metrics/',
        '/METRICS',
        '//metrics',
        '/console/../metrics',
        '/%6detrics',
      ]) {
        const { status, text } = await stack.request(path);
        expect([path, status]).toEqual([path, 404]);
        expect(text).not.toContain('hermes_');
      }
    },
  },
];
