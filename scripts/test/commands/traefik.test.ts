import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { build } from './helpers/build.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes up PROXY=traefik', function () {
  this.timeout(60_000);
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

  it('takes the ports over from nginx', async () => {
    await one.up();
    assert.ok(one.pid('nginx') > 0);
    await one.up('PROXY=traefik');
    assert.ok(one.pid('traefik') > 0);
    assert.equal(one.state.processes.nginx, undefined);
    await (await one.connect()).end();
  });
});
