import assert from 'node:assert/strict';
import { once } from 'node:events';
import { execa } from 'execa';
import jwt from 'jsonwebtoken';
import { connect } from '../../../../app/test/helpers/client.js';
import { until } from '../../../../app/test/helpers/wait.js';
import type { TouchingStep } from '../../../src/deploy/journal.js';
import type { Scene } from '../on-a-host.js';
import type { DeploySite } from './deploy-site.js';

/** A deploy that has begun, and that somebody is about to disturb. */
export type Deploy = ReturnType<typeof begin>;

export function begin(site: DeploySite, image: string, ...more: string[]) {
  const [program = '', ...words] = site.words('deploy', '--image', image, ...more);
  // A group of its own, as in a terminal: Ctrl-C is for all of it.
  return execa(program, words, {
    env: site.environment(),
    stdin: 'ignore',
    all: true,
    reject: false,
    detached: true,
  });
}

/** Waits until a deploy is at a step. @returns false where it ended before anybody saw it there */
export async function at(deploy: Deploy, site: DeploySite, step: TouchingStep): Promise<boolean> {
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
export async function end(deploy: Deploy, site: DeploySite, signal: NodeJS.Signals): Promise<void> {
  const ended = deploy.exitCode === null && deploy.signalCode === null ? once(deploy, 'exit') : undefined;
  if (signal === 'SIGINT' && deploy.pid) process.kill(-deploy.pid, signal);
  else deploy.kill(signal);
  await ended;
  await untilFree(site);
}

/** Waits until nobody has the lock of the host. */
export function untilFree(site: DeploySite): Promise<void> {
  const free = async () =>
    !(await execa('flock', ['-n', `${site.root}/lock`, 'true'], { reject: false })).failed;
  return until(free, () => 'the lock', 120_000, 100);
}

/** A client comes in, at once or when it tries again. */
export async function assertAnswers(site: DeploySite): Promise<void> {
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

/** Whatever was left: the next deploy puts it in order, and serves alone. */
export async function assertNextSucceeds({ site, images }: Scene): Promise<void> {
  const { code, all } = await site.deploy(images.a);
  assert.equal(code, 0, all);
  assert.deepEqual(await site.images(), [images.a]);
  assert.equal(site.journal, undefined);
  await assertAnswers(site);
}
