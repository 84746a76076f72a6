import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';

const name = 'monitor-hermes';

/**
 * Name of the image of a checkout: its git revision, with a digest of what differs from it, if anything does. Without
 * git it is the version of the release.
 */
export async function imageOf(root: string): Promise<string> {
  const git = (...args: string[]) =>
    execa('git', args, { cwd: root, reject: false, stripFinalNewline: true });
  const revision = await git('rev-parse', '--short=12', 'HEAD');
  if (revision.failed) {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return `${name}:${version}`;
  }
  const paths = [
    'app/src',
    'app/Dockerfile',
    'scripts/src',
    'scripts/hermes.js',
    'scripts/build',
    'nginx',
    'traefik',
    'certbot',
    'compose',
    'mosquitto',
    'package-lock.json',
  ];
  const changes = await git('diff', 'HEAD', '--', ...paths, '.dockerignore');
  const others = await git('ls-files', '--others', '--exclude-standard', '--', ...paths);
  if (!changes.stdout && !others.stdout) return `${name}:${revision.stdout}`;
  const hash = createHash('sha256').update(changes.stdout);
  for (const file of others.stdout.split('\n').filter(Boolean))
    hash.update(file).update(readFileSync(join(root, file)));
  return `${name}:${revision.stdout}-${hash.digest('hex').slice(0, 8)}`;
}

/** Name of another image of the same checkout. @param image the app's */
export function siblingOf(image: string, of: string): string {
  return image.replace(/(?=:[^:/]*$)/, `-${of}`);
}

/**
 * Builds the app's image unless it is there.
 * @returns whether it had to be built
 * @throws HermesError `image-not-built`
 */
export function ensureImage(root: string, image: string, signal: AbortSignal): Promise<boolean> {
  const npmrc = join(homedir(), '.npmrc');
  const secret = existsSync(npmrc) ? ['--secret', `id=npmrc,src=${npmrc}`] : [];
  return buildUnlessThere(root, image, ['--file', 'app/Dockerfile', ...secret], signal);
}

/** The same for any image. @param options of `docker build` */
export async function buildUnlessThere(
  root: string,
  image: string,
  options: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const known = await execa('docker', ['image', 'inspect', '--format', '{{.Id}}', image], { reject: false });
  if (!known.failed) return false;
  const args = ['build', '--progress=plain', ...options, '--tag', image, '.'];
  const build = await execa('docker', args, { cwd: root, reject: false, all: true, cancelSignal: signal });
  if (!build.failed) return true;
  if (signal.aborted) throw signal.reason;
  const cause = build.all
    .split('\n')
    .filter((line) => /error|ERR!|failed/i.test(line))
    .slice(-2)
    .join('\n');
  throw new HermesError(
    'image-not-built',
    `the image ${image} cannot be built: ${cause}`,
    `see: docker ${args.join(' ')}`,
  );
}
