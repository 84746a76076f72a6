import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { execa } from 'execa';
import { build } from '../commands/helpers/build.js';
import { assertFault } from '../commands/helpers/fault.js';
import { removeScratches, type Scratch, scratch } from '../commands/helpers/scratch.js';
import { treeOf } from './helpers/tree.js';

describe('hermes backup and restore of an installation with embedded data', function () {
  this.timeout(600_000);
  let one: Scratch;
  let other: Scratch;
  let original: string[];

  /** Apart from when the renewal has last looked, which it may do at any time. */
  const certificates = (of: Scratch) =>
    treeOf(of.at('certs')).filter((line) => !line.startsWith('renewals.json'));
  const publish = async (to: Scratch, messages: readonly unknown[]) => {
    const answer = await fetch(`http://127.0.0.1:${to.ports.app}/messages`, {
      method: 'POST',
      headers: { 'X-API-Key': to.secrets.SERVICE_API_KEY ?? '', 'Content-Type': 'application/json' },
      body: JSON.stringify(messages),
    });
    assert.equal(answer.status, 202, await answer.text());
  };
  const history = async (of: Scratch) => {
    const url = `http://127.0.0.1:${of.ports.app}/messages/last?dev_eui=d1&limit=50`;
    const answer = await fetch(url, { headers: { 'X-API-Key': of.secrets.SERVICE_API_KEY ?? '' } });
    return (await answer.json()) as { id: string; f_cnt: number }[];
  };
  const numbered = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      tenant_id: 't1',
      dev_eui: 'd1',
      f_cnt: from + index,
      payload: {},
    }));

  before(async () => {
    await build();
    one = await scratch();
    other = await scratch();
    await one.up();
    await publish(one, numbered(1, 40));
    chmodSync(one.at('certs/ca/ca.key'), 0o400);
  });
  after(removeScratches);

  it('is made while the app takes messages, and only its owner can read it', async () => {
    let going = true;
    let sent = 40;
    const load = (async () => {
      for (; going; sent += 1) await publish(one, numbered(sent + 1, 1));
    })();
    const run = await one.hermes('backup', '--to', 'kept.tar.gz');
    going = false;
    await load;
    assert.equal(run.code, 0, run.all);
    assert.equal(run.stdout, one.at('kept.tar.gz'));
    assert.match(run.stderr, /settings, certs, data\n.*private keys and secrets: only you can read it/);
    assert.equal(statSync(one.at('kept.tar.gz')).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(one.root).filter((name) => name.startsWith('.hermes-')),
      [],
    );
    assert.equal((await one.hermes('status')).code, 0);
  });

  it('can be read by tar alone, and holds neither locks nor logs nor pids', async () => {
    const { stdout } = await execa('tar', ['-tzf', one.at('kept.tar.gz')]);
    const names = stdout.split('\n');
    assert.deepEqual([names[0], names.at(-1)], ['manifest.json', 'checksums.json']);
    for (const name of ['settings/.env', 'certs/ca/ca.key', 'data/bus/data.mdb', 'data/store/data.mdb']) {
      assert(names.includes(name), `${name} is missing:\n${stdout}`);
    }
    assert.doesNotMatch(stdout, /lock|\blogs\b|\brun\b/);
  });

  it('does not take the place of another file unless told so', async () => {
    const again = await one.hermes('backup', '--to', 'kept.tar.gz');
    assertFault(again, /^kept\.tar\.gz is there already/, /FORCE=1/);
    const { stdout } = await one.hermes('backup');
    assert.match(stdout, /\/backups\/hermes-\d{8}T\d{6}Z\.tar\.gz$/);
    assert.equal(statSync(one.at('backups')).mode & 0o777, 0o700);
  });

  it('is not restored while the stack runs', async () => {
    original = certificates(one);
    assertFault(
      await one.hermes('restore', '--from', 'kept.tar.gz', '--force'),
      /^the stack is running/,
      /make down/,
    );
    const running = await one.hermes('restore', '--from', 'kept.tar.gz', '--force', '--running');
    assertFault(running, /^the stack is running with embedded data/, /make down/);
    assert.deepEqual(certificates(one), original);
    await one.hermes('down');
  });

  it('brings another folder to the same state: certificates, secrets and history', async () => {
    const run = await other.hermes('restore', '--from', one.at('kept.tar.gz'));
    assert.equal(run.code, 0, run.all);
    assert.match(run.stdout, /settings, certs, data\.\n +→ make up$/);
    assert.deepEqual(certificates(other), original);
    assert.equal(other.read('.env'), one.read('.env'));
    assert.equal(statSync(other.at('.env')).mode & 0o777, 0o600);
    await other.up();
    const kept = await history(other);
    assert(kept.length >= 40, `${kept.length} of at least 40 messages`);
    // What the backup took is the beginning of what was sent: no message is missing in between.
    const counts = kept.map(({ f_cnt }) => f_cnt);
    const newest = counts[0] ?? 0;
    assert.deepEqual(
      counts,
      Array.from({ length: counts.length }, (_, index) => newest - index),
    );
    const client = await other.connect();
    await client.end();
    await other.hermes('down');
  });

  it('does not overwrite unless told so, and then leaves nothing of what was there', async () => {
    const as = treeOf(other.root);
    const refused = await other.hermes('restore', '--from', one.at('kept.tar.gz'));
    assertFault(refused, /^there is something already: .*\.env, .*certs, .*data/, /FORCE=1/);
    assert.deepEqual(treeOf(other.root), as);
    rmSync(other.at('certs/ca/ca.pem'));
    const forced = await other.hermes('restore', '--from', one.at('kept.tar.gz'), '--force');
    assert.equal(forced.code, 0, forced.all);
    assert.deepEqual(certificates(other), original);
    assert(!existsSync(other.at('.hermes/data/.hermes-restore')));
    await other.up();
    await other.hermes('down');
  });
});
