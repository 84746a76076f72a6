import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { until } from '../../../app/test/helpers/wait.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { FaultyCa } from './helpers/faulty-ca.js';
import { domain, type Installation, newInstallation } from './helpers/installation.js';

describe('before the first certificate', function () {
  this.timeout(120_000);
  let installation: Installation;
  let front: FaultyCa;

  before(async () => {
    await build();
    installation = await newInstallation();
    front = await FaultyCa.before(installation.pebble);
  });

  after(async () => {
    await removeScratches();
    await front?.stop();
    await installation?.stop();
  });

  it('no handshake completes and port 80 says why; then it is served with no restart', async () => {
    const { one, settings } = installation;
    const release = front.hold();
    const up = one.hermes('up', ...settings, `ACME_DIRECTORY=${front.url}`);
    await until(
      () => front.orders > 0,
      () => 'an order',
      60_000,
    );
    const pid = one.pid('nginx');

    const page = await get('/');
    assert.equal(page.status, 503);
    assert.match(page.type ?? '', /^text\/plain/);
    assert.match(page.body, /no certificate yet/);
    assert.equal(page.retryAfter, '30');
    assert.equal(
      (await get('/.well-known/acme-challenge/none')).status,
      404,
      'challenges are answered already',
    );
    const socket = connect({ host: '127.0.0.1', port: one.ports.https, servername: domain });
    await assert.rejects(once(socket, 'secureConnect'), /alert/);

    release();
    const { code, all } = await up;
    assert.equal(code, 0, all);
    await (await installation.connect()).end();
    assert.equal((await get('/')).status, 308);
    assert.equal(one.pid('nginx'), pid);
  });

  async function get(path: string) {
    const asked = request({
      host: '127.0.0.1',
      port: installation.one.ports.http,
      path,
      headers: { Host: domain },
      agent: false,
    }).end();
    const [response] = await once(asked, 'response');
    return {
      status: response.statusCode as number,
      type: response.headers['content-type'] as string | undefined,
      retryAfter: response.headers['retry-after'] as string | undefined,
      body: await text(response),
    };
  }
});
