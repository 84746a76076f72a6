import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../src/settings/project-root.js';
import { closeCode } from '../../../src/socket/close-code.js';

const clients = join(projectRoot, 'docs/clients');
const read = (file: string) => readFileSync(join(clients, file), 'utf8');
const numbersIn = (text: string) => (text.match(/\b\d{3,4}\b/g) ?? []).map(Number).sort();

/** The rows of the table that says what to do after a close or a refusal, by their last cell. */
const rows = new Map(
  [...read('README.md').matchAll(/^\| ([\d, ]+) \| (\d{3}[^|]*) \| ([^|]+) \|$/gm)].map(
    ([, closes = '', statuses = '', advice = '']) => [
      advice,
      { closes: numbersIn(closes), statuses: numbersIn(statuses) },
    ],
  ),
);
const row = (advice: RegExp) => {
  const [, found] = [...rows].find(([text]) => advice.test(text)) ?? [];
  assert.ok(found, `no row with ${advice}`);
  return found;
};

describe('the advice of docs/clients', () => {
  it('covers every close code that the server sends', () => {
    const advised = [...rows.values()].flatMap(({ closes }) => closes);
    assert.deepEqual(
      Object.values(closeCode).filter((code) => !advised.includes(code)),
      [],
    );
  });

  it('is what the examples do', () => {
    const faults = row(/correct the client/);
    const tokens = row(/new token/);
    const list = (file: string, name: string) =>
      numbersIn(new RegExp(`${name} = [[{](.*)[\\]}]`).exec(read(file))?.[1] ?? '');
    const both = ({ closes, statuses }: typeof faults) => [...statuses, ...closes].sort();
    assert.deepEqual(list('node/hermes-client.mjs', 'ourFault'), both(faults));
    assert.deepEqual(list('python/hermes_client.py', 'OUR_FAULT'), both(faults));
    assert.deepEqual(list('browser/hermes-client.js', 'ourFault'), faults.closes);
    assert.deepEqual(list('node/hermes-client.mjs', 'newToken'), both(tokens));
    assert.deepEqual(list('python/hermes_client.py', 'NEW_TOKEN'), both(tokens));
  });
});
