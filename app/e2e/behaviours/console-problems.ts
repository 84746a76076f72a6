import { expect } from '@playwright/test';
import type { Stack } from '../../test/helpers/stack/stack.js';
import type { Behaviour } from '../behaviour.js';
import { Console, type Visit } from '../helpers/console.js';

interface Problem {
  readonly name: string;
  readonly visit: (stack: Stack) => Visit;
  /** Of the problem that the page names. */
  readonly code: string;
  /** The server's own words, where it was asked. */
  readonly reason?: string;
}

const problems: readonly Problem[] = [
  {
    name: 'the console says that what was pasted is not a token',
    visit: () => ({ token: 'not a token' }),
    code: 'token-malformed',
  },
  {
    name: 'the console says that the token has expired, before it asks the server',
    visit: (stack) => ({ token: expired(stack) }),
    code: 'token-expired',
  },
  {
    name: 'the console says that the token was signed with another secret',
    visit: (stack) => ({
      token: stack.token(stack.newcomer().claims, { secret: 'the secret of another installation' }),
    }),
    code: 'refused-401',
    reason: 'the token was refused: its signature does not match JWT_SECRET_KEY',
  },
  {
    name: 'the console says that the token does not belong to the tenant',
    visit: (stack) => ({
      token: stack.token(stack.newcomer().claims),
      channel: '/ws/tenant/{id}',
      id: stack.newcomer().tenant,
    }),
    code: 'refused-403',
    reason: 'the token does not belong to this tenant',
  },
];

export const consoleProblems: readonly Behaviour[] = [
  ...problems.map(
    ({ name, visit, code, reason }): Behaviour => ({
      name,
      run: async ({ page, stack }) => {
        const shown = await Console.visit(page, visit(stack));
        await shown.expectProblem(code, reason);
        await expect(shown.state).toHaveAttribute('data-state', /^(idle|closed)$/);
      },
    }),
  ),
  {
    name: 'the console passes an expired token on when told to, and shows the words of the server',
    run: async ({ page, stack }) => {
      const shown = await Console.visit(page, { token: expired(stack) });
      await page.locator('#try-anyway').click();
      await shown.expectProblem('refused-401', 'the token was refused: it has expired');
    },
  },
  {
    name: 'the console names mixed content, which the browser indeed blocks',
    run: async ({ page, stack }) => {
      const address = 'ws://hermes.example';
      const token = stack.token(stack.newcomer().claims);
      const shown = await Console.visit(page, { token, address });
      await shown.expectProblem('mixed-content');
      expect(shown.sockets).toBe(0);
      const refused = page.evaluate((url) => void new WebSocket(url), address);
      await expect(refused).rejects.toThrow('insecure WebSocket connection may not be initiated');
    },
  },
];

function expired(stack: Stack): string {
  return stack.token({ ...stack.newcomer().claims, exp: Math.floor(Date.now() / 1_000) - 60 });
}
