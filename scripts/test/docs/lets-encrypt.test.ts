/*
 * The pages about ACME name every fault that an operator can meet, and no setting that does not exist.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { table } from '../../../app/src/settings/table.js';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const guide = read('docs/how-to/lets-encrypt.md');

/** Raised and explained where an operator can meet them. */
const sources = [
  ...readdirSync(join(projectRoot, 'scripts/src/acme'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('scripts/src/acme', name)),
  'scripts/src/stack/responder.ts',
  'scripts/src/packages/virtual-environment.ts',
];
/** Of a file of ours that was damaged, which its own line explains. */
const elsewhere = ['ledger-unreadable'];

const unique = (words: Iterable<string>) => [...new Set(words)].sort();

describe('docs/how-to/lets-encrypt.md', () => {
  const codes = unique(
    sources.flatMap((path) =>
      [
        ...read(path).matchAll(/(?:code: |(?:HermesError|super)\(\s*|\.code \?\? )'([a-z]+(?:-[a-z]+)+)'/g),
      ].map(([, code]) => code ?? ''),
    ),
  ).filter((code) => !elsewhere.includes(code));

  it('explains every fault of the preflight, of certbot and of the CA, and no other', () => {
    const rows = guide.split('\n').filter((line) => /^\| `[a-z]+-[a-z-]+`/.test(line));
    const explained = unique(
      rows.flatMap((row) =>
        [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, code]) => code ?? ''),
      ),
    );
    assert(codes.length > 30, `found only ${codes}`);
    assert.deepEqual(explained, codes);
  });

  for (const page of ['lets-encrypt', 'dns-01', 'renew-by-systemd', 'use-your-own-certificate']) {
    it(`finds every setting of ${page}.md in the table`, () => {
      const text = read(`docs/how-to/${page}.md`);
      const words = [...text.matchAll(/\b((?:ACME|SSL|TLS)_[A-Z_]+)\b|\b([A-Z][A-Z_]+)=/g)];
      const foreign = ['FORCE', 'NEW_KEY'];
      const unknown = words
        .map(([, one, other]) => one ?? other ?? '')
        .filter((word) => !(word in table) && !foreign.includes(word));
      assert.deepEqual(unknown, []);
    });
  }
});
