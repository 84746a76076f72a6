import { expect } from '@playwright/test';
import { leaks, traces } from '../../test/helpers/stack/leaks.js';
import type { Behaviour } from '../behaviour.js';

export const secrecy: readonly Behaviour[] = [
  {
    name: 'no token that a browser has used stands in any file of the state, nor in the process list',
    run: async ({ stack }) => {
      const found = traces(stack.folder);
      expect(found.map(({ name }) => name)).toContain(`${stack.folder}/.hermes/logs/app.log`);
      expect(leaks(found, stack.secrets)).toEqual([]);
    },
  },
];
