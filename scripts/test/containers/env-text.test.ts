import { equal } from 'node:assert/strict';
import { envText } from '../../src/containers/env-text.js';

describe('a file of variables for Compose', () => {
  for (const [what, value, text] of [
    ['words', 'a b', "KEY='a b'\n"],
    ['a dollar sign', 'a$b', "KEY='a$b'\n"],
    ['double quotes and backslashes', 'a"b\\c', "KEY='a\"b\\c'\n"],
    ['single quotes', `it's $5 "now"`, 'KEY="it\'s \\$5 \\"now\\""\n'],
    ['nothing', '', "KEY=''\n"],
  ] as const) {
    it(`keeps ${what}`, () => equal(envText({ KEY: value }), text));
  }
});
