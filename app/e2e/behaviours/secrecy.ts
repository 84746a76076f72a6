import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { upgrade } from '../../test/helpers/answer.js';
import type { Behaviour } from '../behaviour.js';

export const secrecy: readonly Behaviour[] = [
  {
    name: 'no token and no secret stands in any file of the state, nor in the process list',
    run: async ({ stack }) => {
      const { claims } = stack.newcomer();
      await (await stack.connect(`/ws?token=${stack.token(claims)}`, stack.token(claims))).end();
      // Refusals and errors are what gets logged.
      const refused = stack.token(claims, { secret: 'of another installation' });
      const headers = { ...upgrade, Referer: `${stack.pageUrl}/?token=${refused}` };
      for (const path of ['/ws?token=', '/ws/', '/ws%3Ftoken=', '/'])
        await stack.request(path + refused, { headers });

      const files = [...filesBelow(join(stack.folder, '.hermes')), ...commandLines()];
      expect(files.map(({ name }) => name)).toContain(join(stack.folder, '.hermes/logs/app.log'));
      expect(files.map(({ name }) => name)).toContain(`/proc/${await stack.pid('app')}/cmdline`);
      const needles = [...stack.secrets].map((secret) => Buffer.from(signatureOf(secret)));
      const leaks = files.filter(({ content }) => needles.some((needle) => content.includes(needle)));
      expect(leaks.map(({ name }) => name)).toEqual([]);
    },
  },
];

interface Content {
  readonly name: string;
  readonly content: Buffer;
}

function filesBelow(folder: string): Content[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((name) => ({ name, content: readFileSync(name) }));
}

/** What any user of this host can read of its processes. */
function commandLines(): Content[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `/proc/${pid}/cmdline`)
    .flatMap((name) => {
      try {
        return [{ name, content: readFileSync(name) }];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

/** The part of a token that nobody else could write; other secrets as a whole. */
function signatureOf(secret: string): string {
  return secret.split('.').at(-1) ?? secret;
}
