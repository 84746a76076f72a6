import { expect } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';
import { PageSocket } from '../helpers/page-socket.js';

export const notifications: readonly Behaviour[] = [
  {
    name: 'a notification reaches its user on every channel but that of a device, and nobody else',
    run: async ({ page, stack }) => {
      const { claims, user, tenant, device } = stack.newcomer();
      await stack.publish({ tenant_id: tenant, dev_eui: device });
      await page.goto('/');
      const open = (path: string, token: string) =>
        PageSocket.open(page, stack.socketUrl + path, ['bearer', token]);
      const own = stack.token(claims);
      const theirs = ['/ws/notifications', '/ws', `/ws/tenant/${tenant}`].map((path) => open(path, own));
      const others = [
        open(`/ws/device/${device}`, own),
        open('/ws/notifications', stack.token({ ...claims, user_id: `${user}-too` })),
        open('/ws', stack.token({ user_id: 'root', is_superuser: true })),
      ];
      for (const socket of await Promise.all([...theirs, ...others]))
        expect(await socket.opened()).toBe(true);

      const query = new URLSearchParams({ user_id: user, title: 'By query', message: 'one' });
      const byQuery = await stack.serve('POST', `/notify?${query}`);
      expect([byQuery.status, byQuery.json.status]).toEqual([202, 'success']);
      const byBody = await stack.notify(user, { title: 'By body', message: 'two', type: 'warning' });

      for (const socket of await Promise.all(theirs)) {
        await expect
          .poll(async () => (await socket.received()).map(({ frame }) => frame))
          .toMatchObject([
            {
              id: byQuery.json.id,
              channel: 'notifications',
              title: 'By query',
              message: 'one',
              type: 'info',
            },
            { id: byBody, channel: 'notifications', title: 'By body', message: 'two', type: 'warning' },
          ]);
      }
      for (const socket of await Promise.all(others)) expect(await socket.settled()).toEqual([]);
    },
  },
];
