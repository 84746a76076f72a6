import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beginOrder, endOrder } from '../../src/acme/ledger.js';
import { readEvents } from '../../src/acme/ledger-file.js';
import { newProject, removeProjects } from '../certs/helpers/project.js';

const orderer = fileURLToPath(new URL('helpers/orderer.ts', import.meta.url));
const command = (...args: string[]) => ['--import', 'tsx', orderer, ...args];
const order = { directory: 'production', names: ['example.com'] };

describe('file of the ACME ledger', () => {
  let folder: string;
  const path = () => join(folder, 'certs/acme/ledger.jsonl');

  beforeEach(() => {
    folder = newProject();
  });
  after(removeProjects);

  it('is empty before the first order', async () => {
    assert.deepEqual(await readEvents(folder), []);
  });

  it('keeps what was written, wherever a kill cuts the last line', async () => {
    for (let count = 0; count < 3; count++) await beginOrder(folder, order, undefined);
    const whole = readFileSync(path());
    const ids = (await readEvents(folder)).map((event) => 'id' in event && event.id);
    const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let length = lastLine; length < whole.length - 1; length++) {
      writeFileSync(path(), whole.subarray(0, length));
      const { id } = await beginOrder(folder, order, undefined);
      const kept = (await readEvents(folder)).map((event) => 'id' in event && event.id);
      assert.deepEqual(kept, [...ids.slice(0, 2), id], `cut at ${length} of ${whole.length} bytes`);
    }
  });

  it('passes over lines that are not events', async () => {
    const first = await beginOrder(folder, order, undefined);
    const damage = [
      'null',
      '{}',
      '[1]',
      '"',
      '{"at":"yesterday","kind":"ordered"}',
      '\u0000\u0000',
      '{"kind":7}',
    ];
    writeFileSync(path(), `${damage.join('\n')}\n`, { flag: 'a' });
    await endOrder(folder, first, 'issued');
    assert.deepEqual(
      (await readEvents(folder)).map(({ kind }) => kind),
      ['ordered', 'issued'],
    );
  });

  it('is never taken for empty when it cannot be read', async () => {
    mkdirSync(path(), { recursive: true });
    await assert.rejects(beginOrder(folder, order, undefined), {
      code: 'ledger-unreadable',
      message: /EISDIR/,
    });
  });

  it('loses nothing of several processes that write at once', async function () {
    this.timeout(120_000);
    const run = async (name: string) => {
      const { stdout } = await promisify(execFile)(process.execPath, command(folder, '25', name));
      return stdout.trim().split('\n');
    };
    const told = (await Promise.all(['a.example', 'b.example', 'c.example', 'd.example'].map(run))).flat();
    const events = await readEvents(folder);
    assert.equal(told.length, 100);
    for (const kind of ['ordered', 'issued']) {
      const ids = events.flatMap((event) => ('id' in event && event.kind === kind ? [event.id] : []));
      assert.deepEqual(ids.sort(), [...told].sort(), kind);
    }
    assert.deepEqual(readdirSync(join(folder, 'certs/acme')), ['ledger.jsonl']);
  });

  it('has every order that a process was told of before it was killed', async function () {
    this.timeout(120_000);
    for (const after of [1, 2, 5]) {
      const child = spawn(process.execPath, command(folder, '1000', 'k.example'), {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let told = '';
      child.stdout.on('data', (data) => {
        told += data;
        if (told.split('\n').length > after) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const ids = new Set((await readEvents(folder)).map((event) => 'id' in event && event.id));
      const lines = told.trim().split('\n');
      assert(lines.length >= after);
      for (const id of lines) assert(ids.has(id), `order ${id}`);
      // The lock that it left behind stops nobody.
      await endOrder(folder, await beginOrder(folder, order, undefined), 'issued');
    }
  });

  it('stays bounded, and keeps the newest', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `${'n'.repeat(60)}${index}.example.com`);
    const start = Date.parse('2026-11-23T00:00:00Z');
    let last = '';
    for (let count = 0; count < 400; count++) {
      const now = new Date(start + count * 60_000);
      ({ id: last } = await beginOrder(folder, { directory: 'production', names }, undefined, now));
      assert(statSync(path()).size < 1_100_000);
    }
    const events = await readEvents(folder);
    const newest = events.at(-1);
    assert(newest?.kind === 'ordered' && newest.id === last);
    assert(events.length < 400 && events.length > 40, `${events.length} kept`);
  });
});
