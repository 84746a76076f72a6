import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { freePorts } from '../../../app/test/helpers/stack/free-ports.js';
import { servedFolder } from '../../src/stack/workers.js';
import { processesOf } from './helpers/processes.js';
import { type Run, run } from './helpers/run.js';

describe('a fresh clone', function () {
  this.timeout(300_000);
  let root: string;
  let environment: Record<string, string>;

  before(async function () {
    if (!existsSync(join(projectRoot, '.git'))) this.skip();
    root = mkdtempSync(join(tmpdir(), 'hermes-clone-'));
    const { http, https, app } = await freePorts('http', 'https', 'app');
    const ports = { HTTP_PORT: http, HTTPS_PORT: https, APP_PORT: app };
    environment = { ...ports, npm_config_prefer_offline: 'true' };
    await clone();
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const make = (...words: string[]) => run(['make', ...words], environment, root);
  const curl = (...words: string[]) =>
    run(['curl', '--silent', '--show-error', '--fail', '--cacert', 'certs/ca/ca.pem', ...words], {}, root);
  const succeeded = ({ code, all, stdout }: Run) => {
    assert.equal(code, 0, all);
    return stdout;
  };

  it('needs one command until wss answers, and another one until nothing is left', async () => {
    const welcome = succeeded(await make('up'));
    // Its folder is closed to others, so Nginx's workers got a copy, where there are any.
    if (process.getuid?.() === 0) assert.ok(existsSync(servedFolder(root)));
    const url = `https://localhost:${environment.HTTPS_PORT}`;
    assert.match(welcome, /^Monitor Hermes is up\.$/m);
    assert.match(succeeded(await curl(`${url}/`)), /<!doctype html>/i);
    assert.match(succeeded(await curl(`${url}/health/ready`)), /"ready"/);
    succeeded(await tryIt(welcome));
    assert.match(succeeded(await make('status')), /up and ready.*days left, served as on disk/s);
    assert.match(succeeded(await make('down')), /Monitor Hermes is down/);
    assert.deepEqual(processesOf(root), []);
    assert.equal(succeeded(await run(['git', 'status', '--porcelain'], {}, root)), changes);
    assert.ok(!existsSync(servedFolder(root)), 'the copy for the workers is left');
  });

  let changes: string;

  /** What is committed, with what is about to be. */
  async function clone(): Promise<void> {
    succeeded(await run(['git', 'clone', '--quiet', projectRoot, root], {}));
    const listed = async (...options: string[]) => {
      const names = succeeded(await run(['git', 'ls-files', '-z', ...options], {}, projectRoot));
      return names.split('\0').filter(Boolean);
    };
    const deleted = await listed('--deleted');
    for (const name of deleted) rmSync(join(root, name), { force: true });
    for (const name of await listed('--modified', '--others', '--exclude-standard')) {
      if (!deleted.includes(name)) cpSync(join(projectRoot, name), join(root, name));
    }
    changes = succeeded(await run(['git', 'status', '--porcelain'], {}, root));
  }

  /** The line that the welcome proposes, as it stands there; wscat ends after its first message. */
  function tryIt(welcome: string): Promise<Run> {
    const [, line = ''] = /^ {2}Try it +(.*)$/m.exec(welcome) ?? [];
    return run(['sh', '-c', `${line} --execute '{"action":"ping"}' --wait 1`], environment, root);
  }
});
