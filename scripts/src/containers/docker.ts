import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';
import { findExecutable } from '../packages/find.js';
import { atLeast } from '../render/version.js';

/** Health checks look more often while a container starts (`start_interval`) since this version of the engine. */
export const oldestEngine = '25.0.0';

/** Knows what the Compose files say: `start_interval`, and `up --wait` for services that ended. */
export const oldestCompose = '2.24.0';

/** Milliseconds that an engine has to answer. */
const patience = 10_000;

/** Version of the engine that answers; undefined where none does. */
export async function engineVersion(): Promise<string | undefined> {
  const answer = await docker(['version', '--format', '{{.Server.Version}}']);
  return answer.failed ? undefined : answer.stdout.trim();
}

async function composeVersion(): Promise<string | undefined> {
  const answer = await docker(['compose', 'version', '--short']);
  return answer.failed ? undefined : /\d+\.\d+\.\d+/.exec(answer.stdout)?.[0];
}

/** Name and id of each image; without an id where it is not there yet. */
export async function imageIds(names: readonly string[]): Promise<string[]> {
  const distinct = [...new Set(names)].sort();
  return Promise.all(
    distinct.map(async (name) => {
      const { failed, stdout } = await docker(['image', 'inspect', '--format', '{{.Id}}', name]);
      return `${name} ${failed ? '' : stdout.trim()}`;
    }),
  );
}

/** Whether containers can be had here. */
export async function isUsable(): Promise<boolean> {
  if (!findExecutable('docker')) return false;
  const [engine, compose] = await Promise.all([engineVersion(), composeVersion()]);
  return Boolean(engine && compose && atLeast(engine, oldestEngine) && atLeast(compose, oldestCompose));
}

/** @throws HermesError `docker-missing`, `engine-away`, `engine-old`, `compose-missing` or `compose-old` */
export async function assertUsable(): Promise<{ engine: string; compose: string }> {
  const native = 'or run without containers: ENGINE=native';
  if (!findExecutable('docker'))
    throw new HermesError(
      'docker-missing',
      'there is no `docker` on PATH',
      `install Docker Engine, ${native}`,
    );
  const { failed, stdout, stderr } = await docker(['version', '--format', '{{.Server.Version}}']);
  if (failed) {
    const reason = lastLine(stderr) || 'no answer in time';
    throw new HermesError('engine-away', `no Docker engine answers: ${reason}`, `start it, ${native}`);
  }
  const engine = stdout.trim();
  if (!atLeast(engine, oldestEngine))
    throw new HermesError(
      'engine-old',
      `Docker Engine is ${engine}, but ${oldestEngine} is the oldest that will do`,
      `install a newer one, ${native}`,
    );
  const compose = await composeVersion();
  if (!compose)
    throw new HermesError(
      'compose-missing',
      '`docker compose` is missing',
      `install the Compose plugin, ${native}`,
    );
  if (!atLeast(compose, oldestCompose))
    throw new HermesError(
      'compose-old',
      `Docker Compose is ${compose}, but ${oldestCompose} is the oldest that will do`,
      `install a newer one, ${native}`,
    );
  return { engine, compose };
}

function docker(args: readonly string[]) {
  return execa('docker', args, { reject: false, timeout: patience, stdin: 'ignore' });
}
