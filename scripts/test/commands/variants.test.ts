import assert from 'node:assert/strict';
import { get } from 'node:https';
import { make } from '../certs/helpers/openssl.js';
import { build } from './helpers/build.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes up with other settings', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  const pongs = async (client: Awaited<ReturnType<Scratch['connect']>>) => {
    assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
    await client.end();
  };
  const isReady = async () => {
    const { code, stdout } = await one.hermes('status', '--json');
    assert.equal(code, 0, stdout);
    assert.deepEqual(JSON.parse(stdout).parts, { bus: 'ok', store: 'ok', draining: 'ok' });
    return JSON.parse(stdout);
  };

  it('PROXY=none: the app itself serves wss on APP_PORT', async () => {
    const url = `wss://localhost:${one.ports.app}`;
    assert.match(await one.up('PROXY=none'), new RegExp(`URL +${url}/ws`));
    await pongs(await one.connect(url));
    const status = await isReady();
    assert.deepEqual(Object.keys(status.processes), ['renewal', 'app', 'watch']);
    assert.equal(status.url, url);
    assert.match((await one.hermes('status')).stdout, /days left, served as on disk/);
  });

  it('TLS=off: nginx serves ws on HTTP_PORT, and there is no certificate', async () => {
    const url = `ws://localhost:${one.ports.http}`;
    assert.match(await one.up('TLS=off'), new RegExp(`URL +${url}/ws`));
    await pongs(await one.connect(url));
    assert.deepEqual((await isReady()).certificates, []);
    assert.match((await one.hermes('renew')).all, /TLS=off/);
    assert.match((await one.hermes('certs')).all, /There are no certificates yet/);
  });

  it('PROXY=none TLS=off: the app serves ws on APP_PORT', async () => {
    const url = `ws://localhost:${one.ports.app}`;
    assert.match(await one.up('PROXY=none', 'TLS=off'), new RegExp(`URL +${url}/ws`));
    await pongs(await one.connect(url));
    await isReady();
  });

  it('PROXY=none APP_BIND=127.0.0.2: nothing but that address answers', async () => {
    await one.up('PROXY=none', 'APP_BIND=127.0.0.2');
    await isReady();
    await assert.rejects(one.connect(`wss://127.0.0.1:${one.ports.app}`), /ECONNREFUSED/);
    await pongs(await one.connect(`wss://127.0.0.2:${one.ports.app}`, { servername: 'localhost' }));
  });

  it('DOMAIN with several names: one certificate for all of them, served for each', async () => {
    assert.match(await one.up('DOMAIN=one.test,two.test'), /URL +wss:\/\/one\.test:/);
    await isReady();
    for (const name of ['one.test', 'two.test', 'localhost']) {
      assert.equal(await statusOf(name, one.ca), 200);
    }
  });

  it('DOMAIN with a wildcard: any name below it is served', async () => {
    await one.up('DOMAIN=*.one.test');
    await isReady();
    assert.equal(await statusOf('some.one.test', one.ca), 200);
    await assert.rejects(statusOf('one.test', one.ca), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  for (const proxy of ['nginx', 'none']) {
    it(`TLS=files PROXY=${proxy}: one’s own certificate is served, whoever issued it`, async () => {
      const issuer = make(one.root, 'company', { ca: true });
      const middle = make(one.root, 'middle', { ca: true, issuer });
      const leaf = make(one.root, 'leaf', { issuer: middle, names: 'DNS:own.test' });
      const chain = one.at('chain.pem');
      await one.run(['sh', '-c', `cat ${leaf.cert} ${middle.cert} > ${chain}`]);
      const files = ['TLS=files', `SSL_CERTFILE=${chain}`, 'SSL_KEYFILE=leaf.key', 'DOMAIN=own.test'];
      const output = await one.up(...files, `PROXY=${proxy}`);
      assert.match(output, /URL +wss:\/\/own\.test:/);
      assert.doesNotMatch(output, /local CA/);
      await isReady();
      assert.equal(await statusOf('own.test', one.read('company.pem')), 200);
    });
  }

  /** Of the page, asked for under a name; the certificate has to be good for it. */
  function statusOf(servername: string, ca: string): Promise<number | undefined> {
    const running = one.state.served;
    const port = running.PROXY === 'none' ? one.ports.app : one.ports.https;
    const host = `${servername}:${port}`;
    return new Promise((answer, fail) => {
      const options = { host: '127.0.0.1', port, servername, ca, headers: { Host: host }, agent: false };
      get(options, (response) => answer(response.resume().statusCode)).on('error', fail);
    });
  }
});
