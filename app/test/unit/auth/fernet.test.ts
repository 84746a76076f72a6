import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { decryptFernet, looksLikeFernet } from '../../../src/auth/fernet.js';

/** Made with Python's `cryptography` 48, whose Fernet other services use; and the vector of the specification. */
const vectors = JSON.parse(readFileSync(new URL('../../data/fernet-tokens.json', import.meta.url), 'utf8'));
const key = Buffer.from(vectors.key, 'base64url');

describe('Fernet', () => {
  for (const { text, token } of vectors.tokens) {
    it(`decrypts what Python encrypted: ${JSON.stringify(text.slice(0, 20))} (${text.length})`, () => {
      assert.equal(decryptFernet(token, key), text);
      assert.equal(decryptFernet(token.replace(/=+$/, ''), key), text);
      assert.ok(looksLikeFernet(token));
    });
  }

  it('decrypts the vector of the specification', () => {
    const { token, secret, text } = vectors.specification;
    assert.equal(decryptFernet(token, Buffer.from(secret, 'base64url')), text);
  });

  it('refuses a token of another key', () => {
    assert.equal(decryptFernet(vectors.foreign, key), undefined);
  });

  it('refuses a token with any one byte changed', () => {
    const bytes = Buffer.from(vectors.tokens[0].token, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] as number) ^ 0x01;
      assert.equal(decryptFernet(changed.toString('base64url'), key), undefined, `byte ${index}`);
    }
  });

  it('refuses a token that was cut, at any length', () => {
    const { token } = vectors.tokens[0];
    for (let length = 0; length < token.length - 2; length += 1) {
      assert.equal(decryptFernet(token.slice(0, length), key), undefined, `length ${length}`);
    }
  });

  for (const id of ['t1', 'a840419edb62011c', 'gAAAAA', '52f14cd4-c6f1-4fbd-8f87-4025e1d49242', 'None']) {
    it(`does not take the plain id ${id} for a token`, () => assert.equal(looksLikeFernet(id), false));
  }
});
