import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';
import jwt from 'jsonwebtoken';
import { connect } from '../../../app/test/helpers/client.js';
import { until } from '../../../app/test/helpers/wait.js';
import { type TouchingStep, touchingSteps } from '../../src/deploy/journal.js';
import type { DeploySite } from './helpers/deploy-site.js';
import type { Scene } from './on-a-host.js';

/** A deploy that ends in the middle: the site answers, and the next one puts in order what was left. */
export function itSurvivesKills(scene: () => Scene): void {
  describe('that ends in the middle', () => {
    it('undoes what it has begun when it is interrupted', async () => {
      const { site, images } = scene();
      const deploy = begin(site, images.b);
      await at(deploy, site, 'gate');
      await end(deploy, site, 'SIGINT');
      assert.equal(deploy.exitCode, 1);
      assert.equal(site.journal, undefined);
      await assertAnswers(site);
      assert.deepEqual(await site.images(), [images.a]);
    });

    it('is killed at each of its steps: no second one begins beside it, the site answers, and the next one succeeds', async () => {
      const { site, images } = scene();
      for (const step of touchingSteps) {
        // Each begins with what the one before has left.
        for (let killed = false; !killed; ) {
          const deploy = begin(site, images.b);
          killed = await at(deploy, site, step);
          if (step === 'start') await assertBusy(scene());
          await end(deploy, site, 'SIGKILL');
        }
        await assertAnswers(site);
      }
      const { code, all } = await site.deploy(images.b);
      assert.equal(code, 0, all);
      await assertAnswers(site);
      assert.deepEqual(await site.images(), [images.b]);
      assert.equal(site.journal, undefined);
    });
  });
}

async function assertBusy({ site, images }: Scene): Promise<void> {
  const { code, stderr } = await site.deploy(images.b);
  assert.equal(code, 1);
  assert.match(stderr, /another deploy is under way there: \S+@\S+ since \d{4}-/);
}

type Deploy = ReturnType<typeof spawn>;

function begin(site: DeploySite, image: string): Deploy {
  const [program = '', ...words] = site.words('deploy', '--image', image);
  // A group of its own, as in a terminal: Ctrl-C is for all of it.
  return spawn(program, words, {
    env: { ...process.env, ...site.environment() },
    stdio: 'ignore',
    detached: true,
  });
}

/** Waits until a deploy is at a step. @returns false where it ended before anybody saw it there */
async function at(deploy: Deploy, site: DeploySite, step: TouchingStep): Promise<boolean> {
  const before = site.journal?.since;
  const there = () => {
    const { step: now, since } = site.journal ?? {};
    return now === step && since !== before;
  };
  await until(
    () => deploy.exitCode !== null || there(),
    () => `the step ${step}, not ${site.journal?.step}`,
    480_000,
    10,
  );
  return deploy.exitCode === null;
}

/** Ends it, and waits until the host has noticed. */
async function end(deploy: Deploy, site: DeploySite, signal: NodeJS.Signals): Promise<void> {
  const ended = deploy.exitCode === null && deploy.signalCode === null ? once(deploy, 'exit') : undefined;
  if (signal === 'SIGINT' && deploy.pid) process.kill(-deploy.pid, signal);
  else deploy.kill(signal);
  await ended;
  const free = async () =>
    !(await execa('flock', ['-n', `${site.root}/lock`, 'true'], { reject: false })).failed;
  await until(free, () => 'the lock', 60_000, 100);
}

/** A client comes in, at once or when it tries again. */
async function assertAnswers(site: DeploySite): Promise<void> {
  const token = jwt.sign({ user_id: 'u1' }, site.secrets.JWT_SECRET_KEY ?? '', { expiresIn: '1h' });
  const options = { ca: site.ca, headers: { Authorization: `Bearer ${token}` } };
  const answers = async () => {
    const client = await connect(`wss://localhost:${site.ports.https}/ws`, [], options).catch(
      () => undefined,
    );
    await client?.end();
    return client !== undefined;
  };
  await until(answers, () => 'an answer of the site', 60_000, 100);
}
