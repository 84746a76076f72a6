import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { AppProcess, freePort, startProcess } from '../helpers/process.js';
import { newFolder } from '../helpers/service.js';
import { apiKey } from '../helpers/target.js';
import { jwtSecret, token } from '../helpers/tokens.js';

/** Runs the app with settings that it cannot start with. */
async function refusal(settings: Record<string, string>, folder?: string): Promise<string> {
  const app = await AppProcess.start(settings, folder);
  assert.equal(await app.exited(), 1);
  assert.equal(app.stdout, '', 'nothing but start-up lines goes to standard output');
  assert.ok(!/\n\s+at |node:internal|Error:/.test(app.stderr), `a stack trace: ${app.stderr}`);
  return app.stderr;
}

describe('the app', () => {
  it('starts with the guide’s lines and nothing else on standard output', async () => {
    const { app, target } = await startProcess();
    await target.publish();
    await target.knock('/ws');
    await app.end('SIGTERM');
    assert.equal(
      app.stdout,
      '📡 Starting with WS (unsecured WebSocket) support\n   To enable WSS, set SSL_KEYFILE and SSL_CERTFILE environment variables\n',
    );
  });

  it('logs JSON lines, in which there is no secret, no token and no payload', async () => {
    const { app, target } = await startProcess({ LOG_LEVEL: 'trace' });
    const given = token({ username: 'ada-lovelace' });
    const client = await target.open('/ws');
    await target.knock(`/ws?token=${given}`);
    await target.knock('/ws/tenant/t2', { token: given });
    await target.knock('/ws', { token: `${given}x` });
    await target.publish({ payload: { secret: 'the-payload' } });
    await target.post('/messages', '{"payload":"the-payload"', {});
    await target.post('/notify', { user_id: 'u1', title: 'the-payload', message: 'the-payload' });
    client.send('the-payload');
    await client.settled();
    await app.end('SIGTERM');
    const lines = app.stderr.trimEnd().split('\n');
    assert.ok(lines.length >= 4, app.stderr);
    for (const line of lines) JSON.parse(line);
    for (const secret of [
      jwtSecret,
      apiKey,
      given.slice(-20),
      given.split('.')[1] ?? '',
      'ada',
      'the-payload',
    ]) {
      assert.ok(!`${app.stdout}${app.stderr}`.includes(secret), secret);
    }
  });

  it('lives on after SIGHUP, also as soon as it listens and without a certificate to look for', async () => {
    const { app, target } = await startProcess();
    app.child.kill('SIGHUP');
    assert.equal((await target.get('/health/live')).status, 200);
    assert.equal(await app.end('SIGTERM'), 0);
  });

  it('sends the sockets that are open away on SIGUSR2, and goes on serving new ones', async () => {
    const { app, target } = await startProcess({ DRAIN_SECONDS: '1' });
    const clients = await Promise.all(Array.from({ length: 10 }, () => target.open('/ws')));
    app.child.kill('SIGUSR2');
    for (const { code } of await Promise.all(clients.map((client) => client.closed())))
      assert.equal(code, 1012);
    const late = await target.open('/ws');
    assert.deepEqual(await late.ask({ action: 'ping' }), { action: 'pong' });
    assert.equal((await target.get('/health/ready')).status, 200);
    assert.equal(await app.end('SIGTERM'), 0);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends with code 0 on ${signal}, within its drain window, after it sent its sockets away`, async () => {
      const { app, target } = await startProcess({ DRAIN_SECONDS: '1' });
      const clients = await Promise.all(Array.from({ length: 10 }, () => target.open('/ws')));
      const since = performance.now();
      assert.equal(await app.end(signal), 0);
      const took = performance.now() - since;
      assert.ok(took < 5_000, `it took ${took} ms`);
      for (const { code } of await Promise.all(clients.map((client) => client.closed())))
        assert.equal(code, 1012);
    });
  }

  it('names a bad setting, its value and what is allowed, in one line', async () => {
    assert.equal(
      await refusal({ APP_PORT: '99999' }),
      'APP_PORT=99999 (environment) is not valid: allowed is a whole number from 1 to 65535\n',
    );
  });

  it('names every bad setting, one in a line', async () => {
    const lines = (
      await refusal({ LOG_LEVEL: 'loud', PING_INTERVAL: '25', SSL_REQUIRED: 'maybe' })
    ).trimEnd();
    assert.deepEqual(
      lines
        .split('\n')
        .map((line) => line.split('=')[0])
        .sort(),
      ['LOG_LEVEL', 'PING_INTERVAL', 'SSL_REQUIRED'],
    );
  });

  it('does not print the value of a bad secret', async () => {
    const text = await refusal({ WS_SECRET: 'hunter2hunter2' });
    assert.match(text, /^WS_SECRET=\*+ .*Fernet key/);
    assert.ok(!text.includes('hunter2'));
  });

  for (const key of ['JWT_SECRET_KEY', 'SERVICE_API_KEY']) {
    it(`names ${key} when it is missing, and how to get one`, async () => {
      const [fault, fix, ...rest] = (await refusal({ [key]: '' })).trimEnd().split('\n');
      assert.match(fault ?? '', new RegExp(`${key} is not set`));
      assert.match(fix ?? '', /→ .*make up/);
      assert.deepEqual(rest, []);
    });
  }

  it('names the line of .env that is no setting', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, '.env'), 'LOG_LEVEL=info\nthis is no setting\n');
    assert.match(await refusal({}, folder), /\.env line 2 is not KEY=value/);
  });

  it('names the port when it is in use', async () => {
    const holder = createServer().listen(await freePort(), '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const text = await refusal({ APP_PORT: String(port) });
    assert.match(text, new RegExp(`^port ${port} is in use\n {2}→ .*APP_PORT\n$`));
    holder.close();
  });

  it('names the address when it is not of this machine', async () => {
    // An address of TEST-NET-1 (RFC 5737), which no machine has.
    const text = await refusal({ APP_PORT: String(await freePort()), APP_BIND: '192.0.2.1' });
    assert.match(text, /^192\.0\.2\.1 is not an address of this machine\n {2}→ .*APP_BIND.*\n$/);
  });

  it('names the data folder when it cannot be used', async () => {
    const text = await refusal({ DATA_DIR: '/dev/null/data' });
    assert.match(text, /\/dev\/null\/data.*\n {2}→ .*DATA_DIR.*\n$/);
  });
});
