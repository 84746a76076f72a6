import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ensureLocal } from '../../src/certs/ensure-local.js';
import { livePath } from '../../src/certs/layout.js';
import { installServedCopy } from '../../src/certs/served-copy.js';
import { newProject, removeProjects } from './helpers/project.js';

interface Report {
  readonly reads: number;
  readonly seen: number;
  readonly faults: string[];
}

const renew = (folder: string) =>
  ensureLocal({ folder, domains: ['localhost'], days: 90, force: true, newKey: true });

describe('swap of a certificate under a reader', function () {
  this.timeout(120_000);
  let reader: ChildProcess;

  const startReading = async (path: string) => {
    reader.send(path);
    await once(reader, 'message');
  };
  const stopReading = async (): Promise<Report> => {
    reader.send('stop');
    const [report] = (await once(reader, 'message')) as [Report];
    return report;
  };

  beforeEach(() => {
    reader = fork(new URL('helpers/reader.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  });
  afterEach(() => reader.kill());
  after(removeProjects);

  it('shows whole, matching pairs only, through 200 renewals with new keys', async () => {
    const folder = newProject();
    await renew(folder);
    await startReading(livePath(folder, 'localhost', 'tls'));
    for (let count = 0; count < 200; count++) await renew(folder);
    const { faults, seen, reads } = await stopReading();
    assert.deepEqual(faults, []);
    assert(seen >= 150, `saw ${seen} sets in ${reads} reads`);
  });

  it('shows the same of a served copy', async () => {
    const folder = newProject();
    const path = join(folder, 'run/tls.pem');
    const copy = async () => {
      await renew(folder);
      await installServedCopy({ folder, name: 'localhost', path });
    };
    await copy();
    await startReading(path);
    for (let count = 0; count < 50; count++) await copy();
    const { faults, seen, reads } = await stopReading();
    assert.deepEqual(faults, []);
    assert(seen >= 40, `saw ${seen} copies in ${reads} reads`);
  });

  it('would be noticed by that reader, if it were not atomic', async () => {
    const folder = newProject();
    await renew(folder);
    const source = livePath(folder, 'localhost', 'tls');
    const path = join(folder, 'in-place.pem');
    const writeInPlace = () =>
      pipeline(createReadStream(source, { highWaterMark: 64 }), createWriteStream(path));
    await writeInPlace();
    await startReading(path);
    for (let count = 0; count < 20; count++) await writeInPlace();
    assert.notDeepEqual((await stopReading()).faults, []);
  });
});
