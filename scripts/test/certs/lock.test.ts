import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inspectCertificates } from '../../src/certs/inspect.js';
import { setFiles } from '../../src/certs/layout.js';
import { exclusively } from '../../src/certs/lock.js';
import { identify } from '../../src/stack/process-identity.js';
import { newProject, removeProjects } from './helpers/project.js';

describe('lock of the certificates', () => {
  let folder: string;
  const lock = () => join(folder, 'certs/.lock');
  const hold = (owner: string) => {
    mkdirSync(join(folder, 'certs'), { recursive: true });
    writeFileSync(lock(), owner);
  };

  beforeEach(() => {
    folder = newProject();
  });
  after(removeProjects);

  it('lets one change happen at a time', async () => {
    let inside = 0;
    let most = 0;
    const change = async () => {
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, () => exclusively(folder, change)));
    assert.equal(most, 1);
  });

  it('is released when a change fails', async () => {
    await assert.rejects(
      exclusively(folder, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await exclusively(folder, async () => 'done'), 'done');
    assert(!existsSync(lock()));
  });

  it('says who holds it when that takes too long', async () => {
    hold(JSON.stringify({ host: hostname(), ...identify(process.pid) }));
    const act = exclusively(folder, async () => 'done', 100);
    await assert.rejects(act, { code: 'certs-busy', message: new RegExp(` ${process.pid}\\)`) });
    assert(existsSync(lock()));
  });

  it('is taken over from a process that died', async () => {
    // A process that has ended, whose number may be another one's by now.
    hold(JSON.stringify({ host: hostname(), ...identify(process.pid), started: 'before' }));
    assert.equal(await exclusively(folder, async () => 'done', 100), 'done');
  });

  it('is never there without the name of its owner, so that nobody waits for one that was killed in between', async () => {
    let seen: unknown;
    await exclusively(folder, async () => {
      seen = JSON.parse(readFileSync(lock(), 'utf8'));
      assert.deepEqual(readdirSync(join(folder, 'certs')), ['.lock']);
    });
    assert.deepEqual(seen, { host: hostname(), ...identify(process.pid) });
  });

  it('is taken over by one alone where several wait for what a dead process left', async () => {
    hold(JSON.stringify({ host: hostname(), ...identify(process.pid), started: 'before' }));
    let inside = 0;
    let most = 0;
    const change = async () => {
      most = Math.max(most, ++inside);
      await new Promise((next) => setTimeout(next, 5));
      inside--;
    };
    await Promise.all(Array.from({ length: 10 }, () => exclusively(folder, change)));
    assert.equal(most, 1);
    assert.deepEqual(readdirSync(join(folder, 'certs')), []);
  });

  it('is taken over from another host only when it is old', async () => {
    hold(JSON.stringify({ host: 'elsewhere', pid: 1, started: 'once' }));
    await assert.rejects(
      exclusively(folder, async () => 'done', 100),
      { code: 'certs-busy' },
    );
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(lock(), longAgo, longAgo);
    assert.equal(await exclusively(folder, async () => 'done', 100), 'done');
  });

  it('turns a refusal of the file system into a sentence', async () => {
    writeFileSync(join(folder, 'certs'), 'in the way');
    await assert.rejects(
      exclusively(folder, async () => 'done'),
      {
        code: 'certs-not-writable',
        message: /ENOTDIR/,
      },
    );
  });

  it('keeps certificates whole when several processes renew at once', async function () {
    this.timeout(120_000);
    const renewer = fileURLToPath(new URL('helpers/renewer.ts', import.meta.url));
    const run = () => promisify(execFile)(process.execPath, ['--import', 'tsx', renewer, folder, '10']);
    await Promise.all([run(), run(), run()]);
    assert.deepEqual(
      inspectCertificates(folder, { domains: ['localhost'] }).map(({ name, faults }) => [name, faults]),
      [
        ['localhost', []],
        ['ca', []],
      ],
    );
    // How many stay depends on how long all of it took; half of one is among them in no case.
    const sets = join(folder, 'certs/sets/localhost');
    for (const set of readdirSync(sets)) {
      assert.deepEqual(readdirSync(join(sets, set)).sort(), Object.values(setFiles).sort(), set);
    }
    assert.ok(readdirSync(sets).length >= 3, 'the one in use and the two before it');
    assert.deepEqual(readdirSync(join(folder, 'certs')).sort(), ['ca', 'live', 'sets']);
  });
});
