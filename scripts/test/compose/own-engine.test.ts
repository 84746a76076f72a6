import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { until } from '../../../app/test/helpers/wait.js';
import { processesOf } from '../commands/helpers/processes.js';
import { describeOnOwnEngine } from '../containers/helpers/dockerd.js';
import { OwnEngine } from '../containers/helpers/own-engine.js';

const image = 'redis:7';

describeOnOwnEngine('An engine of its own', function () {
  this.timeout(180_000);
  let engine: OwnEngine;
  const status = () => engine.docker('ps', '--all', '--format', '{{.Names}} {{.State}}');

  const answers = () =>
    until(
      () =>
        ping(engine.address).then(
          (text) => text.startsWith('+PONG'),
          () => false,
        ),
      () => 'a Redis that answers',
    );

  before(async () => {
    engine = await OwnEngine.start({ images: [image], args: ['--live-restore'] });
  });
  after(() => engine?.end());

  it('has the images that it was given, and runs them where this host reaches their ports', async () => {
    assert.deepEqual(await engine.lines('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'), [image]);
    const always = ['--restart', 'always', '--publish', '6379:6379', '--volume', 'data:/data'];
    await engine.docker(
      'run',
      '--detach',
      '--name',
      'one',
      ...always,
      image,
      'redis-server',
      '--appendonly',
      'yes',
    );
    await answers();
  });

  it('leaves containers alone when its daemon is killed', async () => {
    await engine.kill();
    await answers();
    await engine.start();
    assert.equal(await status(), 'one running');
  });

  it('starts what it had, after its machine was off', async () => {
    await engine.docker('exec', 'one', 'redis-cli', 'set', 'key', 'kept');
    await engine.crash();
    await assert.rejects(ping(engine.address));
    await engine.start();
    assert.equal(await status(), 'one running');
    assert.equal(await engine.docker('exec', 'one', 'redis-cli', 'get', 'key'), 'kept');
  });

  it('ends with nothing left', async () => {
    const folder = engine.environment.DOCKER_HOST.replace(/^unix:\/\/(.*)\/socket$/, '$1');
    await engine.end();
    assert.equal(existsSync(folder), false);
    assert.deepEqual(processesOf(folder), []);
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address));
    assert.equal(addresses.includes(engine.address.replace(/\d+$/, '1')), false);
  });
});

function ping(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 6379, timeout: 5_000 }, () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(String(data));
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
  });
}
