import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { until } from '../../../app/test/helpers/wait.js';
import { findExecutable } from '../../src/packages/find.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { build } from './helpers/build.js';
import { ResumingClient } from './helpers/resuming-client.js';
import { hermes } from './helpers/run.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes up PROXY=traefik', function () {
  this.timeout(300_000);
  let one: Scratch;
  before(async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
    await build();
  });
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  it('serves, is looked at and stopped as with nginx, and twice in a row changes nothing', async () => {
    assert.match(await one.up('PROXY=traefik'), /^✔ Traefik$/m);
    await (await one.connect()).end();
    const pid = one.pid('traefik');
    assert.match(await one.up('PROXY=traefik'), /is up already/);
    assert.equal(one.pid('traefik'), pid);
    const status = await one.hermes('status');
    assert.match(status.stdout, /traefik +pid \d+/);
    assert.match(status.stdout, /served as on disk/);
    assert.match((await one.hermes('logs', '--no-follow')).stdout, /traefik-access\.log/);
    assert.equal((await one.hermes('down')).code, 0);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  it('takes up another policy for TLS while it runs, with no socket closed', async () => {
    await one.up('PROXY=traefik');
    const client = await one.connect();
    const pid = one.pid('traefik');
    assert.match(await one.up('PROXY=traefik', 'TLS_POLICY=modern'), /configuration reloaded/);
    assert.match(one.read('.hermes/build/traefik/dynamic/tls.yaml'), /minVersion: VersionTLS13/);
    assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
    assert.equal(one.pid('traefik'), pid);
    await client.end();
  });

  it('serves plain WS with TLS=off', async () => {
    await one.up('PROXY=traefik', 'TLS=off');
    await (await one.connect(`ws://localhost:${one.ports.http}`)).end();
    const asked = request({ port: one.ports.http, host: '127.0.0.1', path: '/metrics', agent: false }).end();
    const [response] = await once(asked, 'response');
    assert.equal(response.resume().statusCode, 404);
  });

  it('takes the ports over from nginx and gives them back: no message is lost or comes twice, the app goes on', async () => {
    await one.up('PROXY=nginx');
    const app = one.pid('app');
    const token = jwt.sign({ user_id: 'u1', cs_tenant_id: 't1' }, one.secrets.JWT_SECRET_KEY ?? '', {
      expiresIn: '1h',
    });
    const options = { url: `wss://localhost:${one.ports.https}`, token, ca: one.ca };
    const clients = await Promise.all(Array.from({ length: 20 }, () => ResumingClient.start(options)));
    const published = [await one.publish()];
    const arrived = () => clients.every(({ ids }) => ids.at(-1) === published.at(-1));
    await until(arrived, () => 'the first message');
    let publishing = true;
    const publisher = (async () => {
      while (publishing) published.push(await one.publish());
    })();
    try {
      for (const [proxy, before] of [
        ['traefik', 'nginx'],
        ['nginx', 'traefik'],
      ] as const) {
        const said = await one.up(`PROXY=${proxy}`);
        assert.match(
          said,
          new RegExp(`${proxy} in place of ${before}; 20 sockets had to reconnect.* \\d+\\.\\d\\d s`),
        );
        assert.ok(one.pid(proxy) > 0);
        assert.equal(one.state.processes[before], undefined);
        assert.equal(one.pid('app'), app, 'the app goes on');
        assert.match(await one.up(`PROXY=${proxy}`), /is up already/);
        assert.match((await one.hermes('status')).stdout, /served as on disk/);
      }
    } finally {
      publishing = false;
      await publisher;
    }
    await until(arrived, () => 'the last message');
    await Promise.all(clients.map((client) => client.end()));
    for (const { ids, closeCodes } of clients) {
      assert.deepEqual(ids, published);
      assert.deepEqual(closeCodes, [1012, 1012], 'the app sent them away, and no proxy cut them');
    }
  });

  it('leaves the ports with nginx where it starts but does not serve: clients come back, and it is said', async () => {
    const own = join(one.root, 'bin');
    mkdirSync(own);
    const put = (name: string, lines: string) =>
      writeFileSync(join(own, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    put('traefik', '[ "$1" != version ] || exec echo "Version: 99.0.0"\nexit 1');
    // As on a busy host: it does not listen at once.
    put('nginx', `case "$*" in *daemon*) sleep 1;; esac\nexec ${findExecutable('nginx')} "$@"`);
    const path = { PATH: `${own}:${process.env.PATH}` };
    const started = await one.run([...hermes, 'up', 'PROXY=nginx'], path);
    assert.equal(started.code, 0, started.all);
    const app = one.pid('app');
    const { code, all } = await one.run([...hermes, 'up', 'PROXY=traefik'], path);
    assert.notEqual(code, 0);
    assert.match(all, /traefik does not serve, so nginx does again/);
    await (await one.connect()).end();
    assert.equal(one.pid('app'), app, 'the app goes on');
    assert.match((await one.run([...hermes, 'up', 'PROXY=nginx'], path)).all, /Start: running already/);
  });
});
