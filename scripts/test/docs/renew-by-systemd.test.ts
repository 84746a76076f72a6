/*
 * The units on the page are what systemd takes, and what they call does what it is to do.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { newFolder } from '../../../app/test/helpers/service.js';
import { findExecutable } from '../../src/packages/find.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches, scratch } from '../commands/helpers/scratch.js';
import { blocksOf } from './page/blocks.js';

const page = new URL('../../../docs/how-to/renew-by-systemd.md', import.meta.url);

describe('docs/how-to/renew-by-systemd.md', function () {
  this.timeout(120_000);
  const units = blocksOf(page).filter(({ language }) => language === 'ini');
  const [service = '', timer = ''] = units.map(({ code }) =>
    code.replace('/opt/monitor-hermes', projectRoot).replace('/usr/bin/node', process.execPath),
  );

  before(build);
  after(removeScratches);

  const verify = async (content: string) => {
    const folder = newFolder();
    const [unit, by] = ['service', 'timer'].map((kind) => join(folder, `monitor-hermes-renew.${kind}`));
    writeFileSync(unit ?? '', content);
    writeFileSync(by ?? '', timer);
    const { all } = await execa('systemd-analyze', ['verify', '--man=no', unit ?? '', by ?? ''], {
      all: true,
      reject: false,
    });
    return all.split('\n').filter((line) => line.includes('monitor-hermes'));
  };

  it('has units that systemd takes', async function () {
    if (!findExecutable('systemd-analyze')) return this.skip();
    assert.deepEqual(await verify(service), []);
    assert.match((await verify(service.replace('Type=', 'Typ='))).join('\n'), /Typ/, 'a fault is found');
  });

  it('calls what looks for renewals', async () => {
    const command = /^ExecStart=(.+)$/m.exec(service)?.[1]?.split(' ') ?? [];
    const one = await scratch();
    const { code, all } = await one.run(command);
    assert.equal(code, 0, all);
    assert.match(all, /certificate issued/);
  });
});
