import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { remoteAddress } from '../../src/remote/address.js';
import { Remote } from '../../src/remote/remote.js';
import { freePort } from '../../src/servers/free-port.js';
import { newFolder } from '../../src/servers/temporary-folder.js';
import { type Sshd, startSshd } from './helpers/sshd.js';

describe('a host by ssh', function () {
  this.timeout(60_000);
  let sshd: Sshd;
  let remote: Remote;

  before(async () => {
    sshd = await startSshd();
    remote = await Remote.connect(sshd);
  });
  after(async () => {
    await remote?.close();
    await sshd?.server.stop();
  });

  it('runs a script to its end, and gives back both outputs and the code', async () => {
    const ran = await remote.run(`printf '%s' "it's"; echo 'to err' >&2; exit 7`);
    assert.deepEqual(ran, { code: 7, stdout: "it's", stderr: 'to err' });
  });

  it('ends a script at the first command that fails, and says what that said', async () => {
    await assert.rejects(remote.text('ls /nowhere-at-all; echo on'), /site: .*nowhere-at-all/);
  });

  it('shows no script in a list of processes', async () => {
    const listed = await remote.text(
      'mark=secret-of-this-script; cat /proc/[0-9]*/cmdline 2>/dev/null || true',
    );
    assert(listed.includes('sshd'));
    assert(!listed.includes('mark=secret-of-this-script'));
  });

  it('gives a command in a script nothing to read', async () => {
    assert.equal(await remote.text('cat; echo after'), 'after');
  });

  it('writes a file with its mode', async () => {
    const path = join(newFolder(), "a file's name");
    const content = Buffer.from([0, 255, 10, 39]);
    await remote.put(path, content, { mode: 0o640 });
    assert.deepEqual(readFileSync(path), content);
    assert.equal(statSync(path).mode & 0o777, 0o640);
    await assert.rejects(remote.put('/nowhere-at-all/file', ''), /cannot be written: .*nowhere-at-all/);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const running = remote.run('echo begun; sleep 20', {
      signal: stop.signal,
      onLine: () => stop.abort(new Error('enough')),
    });
    await assert.rejects(running, /enough/);
  });

  it('notices the end of its connection', async () => {
    const other = await Remote.connect(sshd);
    assert.equal(other.lost.aborted, false);
    await other.close();
    assert.equal(other.lost.aborted, true);
  });

  const faults = async (config: string) => {
    const fault = await Remote.connect({ host: sshd.host, config }).then(
      () => undefined,
      (error) => error,
    );
    return fault?.code;
  };

  it('names what is wrong with the way there', async () => {
    const { dir } = sshd.server;
    assert.equal(await faults(sshd.configWith({ Port: await freePort() })), 'ssh-refused');
    assert.equal(await faults(sshd.configWith({ User: 'nobody-of-that-name' })), 'ssh-denied');
    assert.equal(await faults(sshd.configWith({ IdentityFile: join(dir, 'stranger') })), 'ssh-denied');
    assert.equal(await faults(sshd.configWith({ UserKnownHostsFile: '/dev/null' })), 'host-key-unknown');
    assert.equal(await faults(sshd.configWith({ HostName: 'nowhere.invalid' })), 'host-not-found');
  });

  it('does not believe a host whose key has changed, even if it was told to', async () => {
    const other = await startSshd();
    try {
      other.changeHostKey();
      await other.server.restart();
      const config = other.configWith({ StrictHostKeyChecking: 'no' });
      assert.equal(
        await Remote.connect({ host: other.host, config }).then(
          () => 'believed',
          ({ code }) => code,
        ),
        'host-key-changed',
      );
    } finally {
      await other.server.stop();
    }
  });

  it('takes no option of ssh for a host', () => {
    assert.throws(() => remoteAddress('-oProxyCommand=true'), { code: 'bad-host' });
    assert.throws(() => remoteAddress('a b'), { code: 'bad-host' });
    assert.throws(() => remoteAddress(undefined), { code: 'host-missing' });
    assert.equal(remoteAddress('ssh://deploy@[2001:db8::1]:2222'), 'ssh://deploy@[2001:db8::1]:2222');
  });
});
