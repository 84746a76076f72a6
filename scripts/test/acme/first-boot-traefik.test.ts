import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { until } from '../../../app/test/helpers/wait.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { FaultyCa } from './helpers/faulty-ca.js';
import { domain, type Installation, newInstallation } from './helpers/installation.js';

describe('before the first certificate, with Traefik', function () {
  this.timeout(120_000);
  let installation: Installation;
  let front: FaultyCa;

  before(async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
    await build();
    installation = await newInstallation({}, 'PROXY=traefik');
    front = await FaultyCa.before(installation.pebble);
  });

  after(async () => {
    await removeScratches();
    await front?.stop();
    await installation?.stop();
  });

  it('no handshake completes; then it is served with no restart', async () => {
    const { one, settings } = installation;
    const release = front.hold();
    const up = one.hermes('up', ...settings, `ACME_DIRECTORY=${front.url}`);
    await until(
      () => front.orders > 0,
      () => 'an order',
      60_000,
    );
    const pid = one.pid('traefik');
    const socket = connect({ host: '127.0.0.1', port: one.ports.https, servername: domain });
    await assert.rejects(once(socket, 'secureConnect'), /alert/);

    release();
    const { code, all } = await up;
    assert.equal(code, 0, all);
    await (await installation.connect()).end();
    assert.equal(one.pid('traefik'), pid);
  });
});
