import { equal, throws } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../../../src/settings/load.js';

describe('a secret in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hermes-secret-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (content: string) => {
    writeFileSync(join(folder, 'secret'), content);
    return join(folder, 'secret');
  };
  const load = (environment: Record<string, string>) => loadSettings({ environment, folder });

  it('is read, without the new line at its end', () => {
    const { settings, origin } = load({ SERVICE_API_KEY_FILE: file('from a file\n') });
    equal(settings.SERVICE_API_KEY, 'from a file');
    equal(origin.SERVICE_API_KEY, 'environment');
  });

  it('may be named in .env', () => {
    writeFileSync(join(folder, '.env'), `JWT_SECRET_KEY_FILE=${file('x')}\n`);
    equal(load({}).settings.JWT_SECRET_KEY, 'x');
  });

  it('counts less than the secret itself', () => {
    const both = { SERVICE_API_KEY: 'by itself', SERVICE_API_KEY_FILE: file('from a file') };
    equal(load(both).settings.SERVICE_API_KEY, 'by itself');
  });

  it('is not set when the file is empty', () => {
    equal(load({ MONGO_URI_FILE: file('') }).settings.MONGO_URI, undefined);
  });

  it('is checked as any other', () => {
    throws(() => load({ MONGO_URI_FILE: file('nonsense') }), /MONGO_URI=\*{8} .* is not valid/);
  });

  it('is for secrets only', () => {
    equal(load({ DOMAIN_FILE: file('example.com') }).settings.DOMAIN[0], 'localhost');
  });

  it('that cannot be read is named', () => {
    throws(() => load({ SERVICE_API_KEY_FILE: '/nowhere' }), {
      code: 'bad-settings',
      message: /^SERVICE_API_KEY_FILE=\/nowhere cannot be read \(ENOENT\)$/,
    });
  });
});
