import { expect } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';
import { Console } from '../helpers/console.js';

export const operation: readonly Behaviour[] = [
  {
    name: '`hermes up` again changes nothing, and closes no socket',
    run: async ({ page, stack }) => {
      const { claims, user } = stack.newcomer();
      const shown = await Console.visit(page, { token: stack.token(claims) });
      await shown.expectOpen();
      const { exitCode, stdout } = await stack.hermes('up');
      expect(exitCode).toBe(0);
      expect(stdout).toContain('is up already');
      await shown.expectMessages([await stack.notify(user)]);
      expect(shown.sockets).toBe(1);
    },
  },
];
