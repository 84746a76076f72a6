import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HermesError } from '../../../src/errors.js';
import { loadSettings, masked } from '../../../src/settings/load.js';
import { type Setting, type SettingKey, table } from '../../../src/settings/table.js';
import { newFolder } from '../../helpers/service.js';

const load = (
  environment: Record<string, string> = {},
  dotenv = '',
  commandLine: Record<string, string> = {},
) => {
  const folder = newFolder();
  if (dotenv) writeFileSync(join(folder, '.env'), dotenv);
  return loadSettings({ folder, environment, commandLine });
};

const faultsOf = (environment: Record<string, string>, dotenv = ''): string[] => {
  try {
    load(environment, dotenv);
  } catch (error) {
    assert.ok(error instanceof HermesError);
    assert.equal(error.code, 'bad-settings');
    return error.message.split('\n');
  }
  return [];
};

describe('settings', () => {
  it('come from the command line, then the environment, then .env, then their default', () => {
    const { settings, origin } = load(
      { APP_PORT: '2000', DRAIN_SECONDS: '2' },
      'APP_PORT=3000\nDRAIN_SECONDS=3\nLOG_LEVEL=warn\n',
      { APP_PORT: '1000' },
    );
    assert.deepEqual([settings.APP_PORT, origin.APP_PORT], [1000, 'command line']);
    assert.deepEqual([settings.DRAIN_SECONDS, origin.DRAIN_SECONDS], [2, 'environment']);
    assert.deepEqual([settings.LOG_LEVEL, origin.LOG_LEVEL], ['warn', '.env']);
    assert.deepEqual([settings.BUS_RETENTION, origin.BUS_RETENTION], [100_000, 'default']);
    assert.deepEqual([settings.MQTT_URL, origin.MQTT_URL], [undefined, 'unset']);
  });

  it('that are empty count as not set', () => {
    const { settings } = load({ APP_PORT: '', SSL_KEYFILE: '' }, 'APP_PORT=3000\n');
    assert.equal(settings.APP_PORT, 3000);
    assert.equal(settings.SSL_KEYFILE, undefined);
  });

  it('cannot be changed afterwards', () => {
    assert.ok(Object.isFrozen(load().settings));
  });

  it('all have a default that is valid, or none', () => {
    const { settings, raw } = load();
    for (const key of Object.keys(table) as SettingKey[]) {
      assert.equal(settings[key] === undefined, raw[key] === '', key);
    }
  });

  it('all say what they do, in a sentence', () => {
    for (const [key, { doc }] of Object.entries(table as Record<string, Setting>)) {
      assert.match(doc, /^[A-Z].{10,}\.$/, key);
    }
  });

  it('follow from one another where they have to', () => {
    assert.equal(load().settings.APP_BIND, '127.0.0.1');
    assert.equal(load({ PROXY: 'none' }).settings.APP_BIND, '*');
    assert.equal(load({ SSL_KEYFILE: '/k' }).settings.APP_BIND, '*');
    assert.deepEqual(
      [load().settings.TRUST_PROXY_HOPS, load({ PROXY: 'none' }).settings.TRUST_PROXY_HOPS],
      [1, 0],
    );
    assert.deepEqual(
      [load().settings.HTTPS_PORT, load({ TLS: 'letsencrypt' }).settings.HTTPS_PORT],
      [8443, 443],
    );
  });

  const values: readonly [string, string, unknown][] = [
    ['SSL_REQUIRED', 'TRUE', true],
    ['SSL_REQUIRED', 'yes', true],
    ['SSL_REQUIRED', '0', false],
    ['PING_INTERVAL', '1m', 60_000],
    ['PING_INTERVAL', '1500ms', 1_500],
    ['DOMAIN', ' Example.com , ws.example.com ', ['example.com', 'ws.example.com']],
    ['ALLOWED_ORIGINS', 'https://A.example/, *', ['https://a.example', '*']],
    ['BUS_URL', 'rediss://user:pass@host:6379/1', 'rediss://user:pass@host:6379/1'],
    ['WS_SECRET', `${'A'.repeat(43)}=`, Buffer.alloc(32)],
  ];
  for (const [key, raw, value] of values) {
    it(`read ${key}=${raw}`, () => assert.deepEqual(load({ [key]: raw }).settings[key as SettingKey], value));
  }

  const wrong: readonly [string, string][] = [
    ['PROXY', 'apache'],
    ['APP_PORT', '0'],
    ['APP_PORT', '65536'],
    ['APP_PORT', '80.5'],
    ['APP_PORT', '1e3'],
    ['APP_PORT', '-1'],
    ['PING_INTERVAL', '25'],
    ['PING_INTERVAL', '0s'],
    ['PING_INTERVAL', '10m'],
    ['PONG_TIMEOUT', '1.5s'],
    ['SSL_REQUIRED', 'maybe'],
    ['BUS_RETENTION', '99'],
    ['SLOW_CONSUMER_KB', '63'],
    ['WS_SECRET', 'short'],
    ['ALLOWED_ORIGINS', 'example.com'],
    ['ALLOWED_ORIGINS', 'https://example.com/path'],
    ['DOMAIN', 'exa mple.com'],
    ['DOMAIN', ','],
    ['DOMAIN', 'https://example.com'],
    ['BUS_URL', 'http://host'],
    ['MONGO_URI', 'host:27017'],
    ['MQTT_URL', 'tcp://host'],
    ['JWT_ALGORITHM', 'none'],
    ['JWT_ALGORITHM', 'RS256'],
    ['LOG_LEVEL', 'verbose'],
  ];
  for (const [key, raw] of wrong) {
    it(`refuse ${key}=${raw}, and say what is allowed`, () => {
      const [fault, ...rest] = faultsOf({ [key]: raw });
      assert.match(fault ?? '', new RegExp(`^${key}=.* \\(environment\\) is not valid: allowed is .{8,}$`));
      assert.deepEqual(rest, []);
    });
  }

  it('name every fault at once, and where each comes from', () => {
    const faults = faultsOf({ APP_PORT: 'x' }, 'LOG_LEVEL=loud\n');
    assert.equal(faults.length, 2);
    assert.match(faults.join(' '), /APP_PORT=x \(environment\).*LOG_LEVEL=loud \(\.env\)/);
  });

  for (const key of [
    'JWT_SECRET_KEY',
    'SERVICE_API_KEY',
    'WS_SECRET',
    'MONGO_URI',
    'MQTT_URL',
    'REDIS_PASSWORD',
    'BUS_URL',
    'REDIS_URL',
  ] as const) {
    it(`never show ${key}, which is or may hold a secret`, () => {
      assert.ok(!masked(key, 'redis://user:hunter2@host').includes('hunter2'));
      assert.equal(masked(key, ''), '');
      const faults = faultsOf({ [key]: 'x:hunter2@host' });
      assert.ok(!faults.join().includes('hunter2'));
    });
  }

  it('warn of a secret that can be guessed, and take it', () => {
    const { settings, warnings } = load({ JWT_SECRET_KEY: 'hunter2', SERVICE_API_KEY: 'x'.repeat(40) });
    assert.equal(settings.JWT_SECRET_KEY, 'hunter2');
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^JWT_SECRET_KEY is short/);
    assert.ok(!warnings.join().includes('hunter2'));
  });
});

describe('.env', () => {
  it('may have comments, quotes, exports, empty lines, Windows line ends and a byte order mark', () => {
    const text =
      '\ufeff# a comment\r\n\r\nexport LOG_LEVEL="warn" # why\r\n  APP_PORT = 3000\r\nSSL_KEYFILE=\'/a b/c#d\'\r\n';
    const { settings } = load({}, text);
    assert.deepEqual(
      [settings.LOG_LEVEL, settings.APP_PORT, settings.SSL_KEYFILE],
      ['warn', 3000, '/a b/c#d'],
    );
  });

  it('may have values over several lines', () => {
    assert.equal(load({}, 'SSL_KEYFILE="/a\n/b"\nAPP_PORT=3000\n').settings.APP_PORT, 3000);
  });

  for (const [text, line] of [
    ['APP_PORT=3000\nthis is no setting\n', 2],
    ['APP_PORT 3000\n', 1],
    ['=3000\n', 1],
    ['A=1\n\n- B=2\n', 3],
    ['A=1\nB="open\nC=3\n', 4],
  ] as const) {
    it(`is refused with the number of the broken line: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(faultsOf({}, text), [`.env line ${line} is not KEY=value`]);
    });
  }

  it('with a key that is nearly one of ours is worth a warning, one of other software is not', () => {
    const { warnings } = load({}, 'APP_PROT=3000\nLOGLEVEL=warn\nDJANGO_SECRET=x\n');
    assert.equal(warnings.length, 2);
    assert.match(warnings[0] ?? '', /APP_PROT.*APP_PORT/);
    assert.match(warnings[1] ?? '', /LOGLEVEL.*LOG_LEVEL/);
  });

  it('that is a folder is named, with what to do', () => {
    const folder = newFolder();
    mkdirSync(join(folder, '.env'));
    chmodSync(join(folder, '.env'), 0o700);
    assert.throws(() => loadSettings({ folder, environment: {} }), {
      code: 'bad-settings',
      message: /\.env cannot be read/,
    });
  });
});
