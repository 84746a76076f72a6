import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { WebSocket } from 'ws';
import { AppProcess, startProcess } from '../helpers/process.js';
import { newFolder } from '../helpers/service.js';
import { token } from '../helpers/tokens.js';

/** The status that the app answers with over its Unix socket. */
function ask(socketPath: string, path: string): Promise<number | undefined> {
  return new Promise((answer, fail) => {
    const asked = request({ socketPath, path, agent: false }, (response) => {
      response.resume();
      answer(response.statusCode);
    });
    asked.once('error', fail).end();
  });
}

async function follow(socketPath: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws+unix:${socketPath}:/ws/tenant/t1?token=${token({ cs_tenant_id: 't1' })}`);
  await once(socket, 'open');
  return socket;
}

describe('the Unix socket of the app', function () {
  // Each case starts a process or two.
  this.timeout(60_000);
  let path: string;
  beforeEach(() => {
    path = join(newFolder(), 'sockets/app.sock');
  });

  it('serves what the port serves, for its owner and group only', async () => {
    const { app, target } = await startProcess({ APP_SOCKET: path });
    assert.equal(statSync(path).mode & 0o777, 0o660);
    assert.equal(await ask(path, '/health/live'), 200);
    const socket = await follow(path);
    const message = once(socket, 'message');
    await target.publish({ tenant_id: 't1' });
    assert.equal(JSON.parse(String((await message)[0])).tenant_id, 't1');
    await app.end('SIGTERM');
  });

  it('drains like the port, and is gone afterwards', async () => {
    const { app } = await startProcess({ APP_SOCKET: path, DRAIN_SECONDS: '0' });
    const closed = once(await follow(path), 'close');
    assert.equal(await app.end('SIGTERM'), 0);
    assert.equal((await closed)[0], 1012);
    assert.equal(existsSync(path), false);
  });

  it('takes the place of one that a killed process left', async () => {
    const first = await startProcess({ APP_SOCKET: path });
    await first.app.end('SIGKILL');
    assert.equal(existsSync(path), true);
    const second = await startProcess({ APP_SOCKET: path });
    assert.equal(await ask(path, '/health/live'), 200);
    await second.app.end('SIGTERM');
  });

  it('is not taken from a process that listens on it', async () => {
    const { app } = await startProcess({ APP_SOCKET: path });
    const other = await AppProcess.start({ APP_SOCKET: path });
    assert.equal(await other.exited(), 1);
    assert.match(other.stderr, /APP_SOCKET=\S+ is in use by another process/);
    assert.equal(await ask(path, '/health/live'), 200);
    await app.end('SIGTERM');
  });

  it('replaces nothing but a socket', async () => {
    mkdirSync(dirname(path));
    writeFileSync(path, 'precious');
    const app = await AppProcess.start({ APP_SOCKET: path });
    assert.equal(await app.exited(), 1);
    assert.match(app.stderr, /is something else than a socket/);
    assert.equal(readFileSync(path, 'utf8'), 'precious');
  });
});
