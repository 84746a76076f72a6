import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '../../../app/test/helpers/wait.js';
import { ensureLocal } from '../../src/certs/ensure-local.js';
import { hasIpv6 } from '../../src/stack/workers.js';
import { newProject, removeProjects } from '../certs/helpers/project.js';
import { type Receiver, startReceiver } from '../watch/helpers/receiver.js';
import { build } from './helpers/build.js';
import { isThere } from './helpers/processes.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('the watch of a running stack', function () {
  this.timeout(120_000);
  let one: Scratch;
  let receiver: Receiver;
  const families = hasIpv6() ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
  const scrape = async () => {
    const answer = await fetch(`http://127.0.0.1:${one.ports.watch}/metrics`).catch(() => undefined);
    return (await answer?.text()) ?? '';
  };
  const matches = async () => [
    ...(await scrape()).matchAll(/^hermes_certificate_wire_matches\{name="(.+)",address="(.+)"\} 1$/gm),
  ];
  const watching = (count: number) =>
    until(
      async () => (await matches()).length === count,
      () => `${count} matches`,
    );

  before(build);
  beforeEach(async () => {
    one = await scratch();
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await removeScratches();
    await receiver.close();
  });

  after(removeProjects);

  for (const proxy of ['nginx', 'none']) {
    it(`sees every name at every address family, with PROXY=${proxy}`, async () => {
      await one.up(`PROXY=${proxy}`, 'DOMAIN=one.test,two.test');
      await watching(2 * families.length);
      const seen = (await matches()).map(([, name, address]) => `${name} ${address}`);
      const expected = ['one.test', 'two.test'].flatMap((name) =>
        families.map((address) => `${name} ${address}`),
      );
      assert.deepEqual(seen.sort(), expected.sort());
    });
  }

  it('knows the webhook, and no other secret; the URL is written nowhere', async () => {
    await one.up(`ALERT_WEBHOOK=${receiver.url}`);
    const environment = readFileSync(`/proc/${one.pid('watch')}/environ`, 'utf8');
    assert(environment.includes(receiver.url));
    for (const [key, secret] of Object.entries(one.secrets)) {
      assert(secret.length > 0 && !environment.includes(secret), key);
    }
    assert(!readFileSync(`/proc/${one.pid('nginx')}/environ`, 'utf8').includes(receiver.url));
    for (const file of ['logs/watch.log', 'logs/app.log', 'run/state.json', 'run/plan.json']) {
      assert(!one.read('.hermes', file).includes('s3cret-path'), file);
    }
  });

  it('tells that own files run out and, after a restart of the stack, that new ones came', async () => {
    const own = newProject();
    const settings = [
      'TLS=files',
      `SSL_CERTFILE=${own}/own.pem`,
      `SSL_KEYFILE=${own}/own.key`,
      `ALERT_WEBHOOK=${receiver.url}`,
    ];
    /** Files of 90 days that are so many days old. */
    const put = async (age: number) => {
      const now = new Date(Date.now() - age * 86_400_000);
      const { pair, ca } = await ensureLocal({
        folder: own,
        domains: ['localhost'],
        days: 90,
        force: true,
        now,
      });
      writeFileSync(join(own, 'own.pem'), pair.cert + ca.certificate);
      writeFileSync(join(own, 'own.key'), pair.key);
    };
    const kept = () =>
      existsSync(one.at('.hermes/run/alarms.json')) ? one.read('.hermes/run/alarms.json') : '';
    await put(70);
    await one.up(...settings);
    await until(
      () => kept().includes('life-below-third'),
      () => 'an alarm',
    );
    await one.hermes('down');
    await put(0);
    await one.up(...settings);
    await until(
      () => receiver.notices.length > 1,
      () => 'the all-clear',
    );
    assert.deepEqual(receiver.events(), ['life-below-third', 'recovered']);
  });

  it('is started again when it dies', async () => {
    await one.up();
    const pid = one.pid('watch');
    process.kill(pid, 'SIGKILL');
    await until(
      () => one.pid('watch') !== pid && isThere(one.pid('watch')),
      () => 'another watch',
    );
    await watching(families.length);
  });

  it('goes on without metrics when their port is taken, and `up` does not fail', async () => {
    const other = createServer();
    await once(other.listen(one.ports.watch, '127.0.0.1'), 'listening');
    try {
      await one.up();
      const line = `port ${one.ports.watch} is in use, so there are no metrics of certificates`;
      await until(
        () => one.read('.hermes/logs/watch.log').includes(line),
        () => 'a line about the port',
      );
      assert.equal((await one.hermes('status')).code, 0);
    } finally {
      other.close();
    }
  });

  it('does not run without TLS', async () => {
    await one.up('TLS=off');
    assert.deepEqual(Object.keys(one.state.processes), ['app', 'nginx']);
  });
});
