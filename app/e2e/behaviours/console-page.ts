import { X509Certificate } from 'node:crypto';
import { expect, type Page } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';
import { type ChannelPath, Console } from '../helpers/console.js';

interface ChannelCase {
  readonly channel: ChannelPath;
  readonly id?: 'tenant' | 'device';
  readonly sees: readonly ('uplink' | 'notification')[];
}

const channels: readonly ChannelCase[] = [
  { channel: '/ws/notifications', sees: ['notification'] },
  { channel: '/ws', sees: ['uplink', 'notification'] },
  { channel: '/ws/tenant/{id}', id: 'tenant', sees: ['uplink', 'notification'] },
  { channel: '/ws/device/{id}', id: 'device', sees: ['uplink'] },
];

export const consolePage: readonly Behaviour[] = [
  {
    name: 'the console page loads over verified https, with no console error and no CSP violation',
    run: async ({ page, stack }) => {
      const complaints = listen(page);
      const response = await page.goto('/');
      expect(response?.status()).toBe(200);
      const security = await response?.securityDetails();
      expect(security?.protocol).toMatch(/^TLS 1\.[23]$/);
      expect(new X509Certificate(stack.ca).subject).toContain(`CN=${security?.issuer}`);
      await expect(page.getByLabel('Server')).toHaveValue(stack.socketUrl);
      expect(complaints).toEqual([]);
      // The same ear hears a script that the policy keeps out.
      await page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))",
      );
      await expect.poll(() => complaints.join()).toContain('Content Security Policy');
    },
  },
  ...channels.map(
    ({ channel, id, sees }): Behaviour => ({
      name: `the console connects to ${channel} with a pasted token, and shows what may be seen there`,
      run: async ({ page, stack }) => {
        const { claims, user, tenant, device } = stack.newcomer();
        const uplink = () => stack.publish({ tenant_id: tenant, dev_eui: device });
        // A member may open a device from its first uplink on.
        await uplink();
        const shown = await Console.visit(page, {
          token: stack.token(claims),
          channel,
          ...(id && { id: { tenant, device }[id] }),
        });
        await shown.expectOpen();
        const seen: string[] = [];
        for (const kind of ['uplink', 'notification', ...sees]) {
          const published = kind === 'uplink' ? await uplink() : await stack.notify(user);
          if (sees.some((one) => one === kind)) seen.unshift(published);
        }
        await shown.expectMessages(seen);
      },
    }),
  ),
  {
    name: 'the console subscribes to a device while connected, and says why it may not have another',
    run: async ({ page, stack }) => {
      const [own, foreign] = [stack.newcomer(), stack.newcomer()];
      for (const { tenant, device } of [own, foreign])
        await stack.publish({ tenant_id: tenant, dev_eui: device });
      const shown = await Console.visit(page, { token: stack.token(own.claims), channel: '/ws' });
      await shown.expectOpen();
      for (const { device } of [own, foreign]) {
        await page.locator('#device').fill(device);
        await page.locator('#subscribe').click();
      }
      await expect(shown.messages).toContainText(['another tenant', own.device]);
      await expect(page.locator('#devices > li')).toContainText([own.device]);
    },
  },
  {
    name: 'the console shows the round-trip time',
    run: async ({ page, stack }) => {
      await Console.visit(page, { token: stack.token(stack.newcomer().claims) });
      await expect(page.locator('#rtt')).toHaveText(/^\d+(\.\d)? ms$/);
    },
  },
];

/** Everything that the browser complains of, as it comes. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  return complaints;
}
