import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { execa } from 'execa';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { ensurePythonTools } from '../../src/packages/python-tools.js';
import { actionlint } from './helpers/actionlint.js';
import { readYaml } from './kubernetes/validator.js';

const file = join(projectRoot, 'docs/how-to/ci/github-actions.yml');

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

describe('the workflow for GitHub Actions', function () {
  this.timeout(300_000);
  let scratch: string;
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'hermes-workflow-'));
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  const lint = async (path: string) => {
    const shellcheck = join(await ensurePythonTools(() => {}), 'shellcheck');
    const args = ['-no-color', '-oneline', `-shellcheck=${shellcheck}`, '-pyflakes=', path];
    return execa(await actionlint(), args, { reject: false });
  };

  it('has no fault that actionlint knows, in its shell neither', async () => {
    const { failed, stdout } = await lint(file);
    assert.equal(failed, false, stdout);
    const wrong = join(scratch, 'deploy.yml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      wrong,
      text.replace('vars.DEPLOY_HOST', 'var.DEPLOY_HOST').replace('-k || true', '-k; cd $x'),
    );
    const found = await lint(wrong);
    assert.match(found.stdout, /undefined variable "var"/);
    assert.match(found.stdout, /SC2086|SC2164/);
  });

  it('deploys one after the other, by the command that is typed elsewhere, with rights of reading only', async () => {
    const { jobs, permissions, concurrency } = await readYaml(file);
    assert.deepEqual(permissions, { contents: 'read' });
    assert.equal(concurrency['cancel-in-progress'], false);
    assert.equal(jobs.deploy.environment.name, 'production');
    const steps: readonly Step[] = jobs.deploy.steps;
    assert(steps.some(({ run }) => run?.startsWith('make deploy HOST=')));
    assert.match(execFileSync('make', ['-C', projectRoot, 'menu'], { encoding: 'utf8' }), /make provision/);
    // A value of the event in a script could be a script.
    for (const { run = '' } of steps) assert.doesNotMatch(run, /\$\{\{/);
  });

  it('keeps the key in an agent, and believes the one host key', async () => {
    const { jobs } = await readYaml(file);
    const step: Step = jobs.deploy.steps.find(({ name }: Step) => name === 'ssh');
    const key = join(scratch, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const home = mkdtempSync(join(scratch, 'home-'));
    const env = { HOME: home, GITHUB_ENV: join(home, 'env'), SSH_KEY: readFileSync(key, 'utf8') };
    // As GitHub runs it.
    const run = (more: Record<string, string>) =>
      execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run ?? ''], {
        env: { ...env, ...more },
        reject: false,
      });
    assert.equal((await run({ KNOWN_HOSTS: '' })).failed, true);
    const { failed, all = '', stderr } = await run({ KNOWN_HOSTS: 'hermes.example.com ssh-ed25519 AAAA' });
    assert.equal(failed, false, String(stderr));
    assert.doesNotMatch(String(all), /PRIVATE KEY/);
    const agent = parse(readFileSync(env.GITHUB_ENV, 'utf8'));
    try {
      const known = execFileSync('ssh-add', ['-L'], { env: { ...process.env, ...agent }, encoding: 'utf8' });
      assert.equal(known.split(' ')[1], readFileSync(`${key}.pub`, 'utf8').split(' ')[1]);
    } finally {
      process.kill(Number(agent.SSH_AGENT_PID));
    }
    assert.equal(statSync(join(home, '.ssh')).mode & 0o777, 0o700);
    assert.equal(
      readFileSync(join(home, '.ssh/known_hosts'), 'utf8'),
      'hermes.example.com ssh-ed25519 AAAA\n',
    );
  });
});
