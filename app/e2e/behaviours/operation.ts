import { expect } from '@playwright/test';
import type { Behaviour } from '../behaviour.js';
import { Console } from '../helpers/console.js';

export const operation: readonly Behaviour[] = [
  {
    name: '`hermes status` finds the stack ready, and the certificate served as it is on disk',
    run: async ({ stack }) => {
      const { exitCode, stdout } = await stack.hermes('status');
      expect(stdout).toContain('up and ready');
      expect(stdout).toContain('served as on disk');
      expect(exitCode).toBe(0);
    },
  },
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
  {
    name: '`hermes token` prints a token that opens a socket',
    run: async ({ stack }) => {
      const { stdout } = await stack.hermes('token', '--user', 'u1', '--tenant', 't1');
      stack.secrets.add(stdout);
      const client = await stack.connect('/ws/tenant/t1', stdout);
      await client.end();
    },
  },
];
