import { deepEqual, equal, throws } from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderFiles } from '../../src/render/template.js';

const [port, other] = ['HERMES_PORT', 'other'].map((name) => `\${${name}}`);

describe('renderFiles', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hermes-template-'));
    mkdirSync(join(root, 'from'));
    put('a.template', `listen ${port}; set $x ${port}$request_uri ${other};\n`);
    put('b.conf', 'nothing to fill in\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const put = (name: string, content: string) => writeFileSync(join(root, 'from', name), content);
  const render = (values: Record<string, string>) =>
    renderFiles({
      from: join(root, 'from'),
      to: join(root, 'to'),
      files: [
        { source: 'a.template', target: 'deep/a.conf' },
        { source: 'b.conf', target: 'b.conf' },
      ],
      values,
    });

  it('fills in its own placeholders and leaves other variables alone', () => {
    deepEqual(render({ HERMES_PORT: '80' }), ['deep/a.conf', 'b.conf']);
    equal(readFileSync(join(root, 'to/deep/a.conf'), 'utf8'), `listen 80; set $x 80$request_uri ${other};\n`);
  });

  it('takes a value as it is, whatever it looks like', () => {
    render({ HERMES_PORT: `$& ${port}` });
    equal(readFileSync(join(root, 'to/deep/a.conf'), 'utf8').split(';')[0], `listen $& ${port}`);
  });

  it('refuses a placeholder without a value, and writes nothing', () => {
    throws(() => render({}), { code: 'unknown-placeholder', message: /a\.template names HERMES_PORT/ });
    equal(existsSync(join(root, 'to')), false);
  });

  it('refuses a value that no chosen file uses, and writes nothing', () => {
    throws(() => render({ HERMES_PORT: '80', HERMES_OTHER: '1' }), {
      code: 'unused-placeholder',
      message: /HERMES_OTHER/,
    });
    equal(existsSync(join(root, 'to')), false);
  });

  it('names a template that is missing', () => {
    rmSync(join(root, 'from/b.conf'));
    throws(() => render({ HERMES_PORT: '80' }), { code: 'template-missing', message: /b\.conf/ });
  });

  it('touches only what changed', () => {
    render({ HERMES_PORT: '80' });
    const before = statSync(join(root, 'to/b.conf'));
    deepEqual(render({ HERMES_PORT: '81' }), ['deep/a.conf']);
    const after = statSync(join(root, 'to/b.conf'));
    deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
    deepEqual(render({ HERMES_PORT: '81' }), []);
  });

  it('replaces a file by a rename and leaves nothing beside it', () => {
    render({ HERMES_PORT: '80' });
    const before = statSync(join(root, 'to/deep/a.conf')).ino;
    render({ HERMES_PORT: '81' });
    equal(statSync(join(root, 'to/deep/a.conf')).ino === before, false);
    deepEqual(readdirSync(join(root, 'to/deep')), ['a.conf']);
  });
});
