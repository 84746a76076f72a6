import { expect } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';
import { Console } from '../helpers/console.js';

/** Long enough to connect. */
const soon = { expiresIn: '4s' } as const;

export const expiry: readonly Behaviour[] = [
  {
    name: 'when its token expires, a socket is closed with 1008, and the console does not reconnect',
    run: async ({ page, stack }) => {
      const { claims } = stack.newcomer();
      await page.clock.install();
      const shown = await Console.load(page);
      await shown.connect({ token: stack.token(claims, soon) });
      await shown.expectOpen();
      await shown.expectProblem('close-1008', 'the token has expired');
      await expect(page.locator('#problem-title')).toHaveText('1008 Policy violation');
      await page.clock.fastForward('10:00');
      await shown.expectProblem('close-1008');
      await expect(shown.state).toHaveAttribute('data-state', 'closed');
      expect(shown.sockets).toBe(1);
    },
  },
  {
    name: 'with a new token, the console resumes after the last id that it saw',
    run: async ({ page, stack }) => {
      const { claims, user } = stack.newcomer();
      const shown = await Console.load(page);
      await shown.connect({ token: stack.token(claims, soon) });
      await shown.expectOpen();
      const before = await stack.notify(user, { title: 'before' });
      await shown.expectMessages([before]);
      await shown.expectProblem('close-1008');
      const missed = await stack.notify(user, { title: 'missed' });
      await page.locator('#use-last-id').click();
      await shown.connect({ token: stack.token(claims) });
      await shown.expectMessages([missed, before]);
    },
  },
];
