import assert from 'node:assert/strict';
import { acmeDirectory, rehearsalDirectory } from '../../src/acme/directory.js';

const production = 'https://acme-v02.api.letsencrypt.org/directory';
const staging = 'https://acme-staging-v02.api.letsencrypt.org/directory';
const pebble = 'https://localhost:14000/dir';

describe('ACME directory', () => {
  const table: [choice: string, name: string, url: string, letsencrypt: string | undefined][] = [
    ['production', 'production', production, 'production'],
    ['staging', 'staging', staging, 'staging'],
    [production, 'production', production, 'production'],
    ['https://ACME-v02.api.letsencrypt.org:443/directory', 'production', production, 'production'],
    [staging, 'staging', staging, 'staging'],
    [pebble, 'localhost-14000', pebble, undefined],
    ['https://[::1]:14000/dir', '1-14000', 'https://[::1]:14000/dir', undefined],
    ['http://ca.internal/', 'ca.internal-80', 'http://ca.internal/', undefined],
    ['https://production/directory', 'production-443', 'https://production/directory', undefined],
  ];
  for (const [choice, name, url, letsencrypt] of table) {
    it(`${choice} is in the folder ${name}`, () => {
      assert.deepEqual(acmeDirectory({ ACME_DIRECTORY: choice }), { name, url, letsencrypt });
    });
  }

  it('keeps the directories of one host apart, and stays in one folder', () => {
    const names = ['acme/web/directory', 'acme/iot/directory', 'v2/DV', '../../etc'].map(
      (path) => acmeDirectory({ ACME_DIRECTORY: `https://ca.example/${path}` }).name,
    );
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^ca\.example-443[\w.-]*$/);
  });
});

describe('ACME rehearsal', () => {
  const table: [directory: string, rehearsal: string, url: string | undefined][] = [
    ['production', 'auto', staging],
    [production, 'auto', staging],
    ['staging', 'auto', undefined],
    [pebble, 'auto', undefined],
    ['production', 'off', undefined],
    [pebble, 'staging', staging],
    ['staging', 'staging', undefined],
    ['production', pebble, pebble],
    [pebble, 'https://localhost:15000/dir', 'https://localhost:15000/dir'],
    [pebble, pebble, undefined],
  ];
  for (const [directory, rehearsal, url] of table) {
    it(`${rehearsal} before ${directory}: ${url ?? 'none'}`, () => {
      const settings = { ACME_DIRECTORY: directory, ACME_REHEARSAL: rehearsal };
      assert.equal(rehearsalDirectory(settings)?.url, url);
    });
  }
});
