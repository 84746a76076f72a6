import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';

/** Under whom nginx's workers run when nginx is started as root. */
export interface Workers {
  /** User and group, as nginx's `user` directive takes them. */
  readonly user: string;
  readonly gid: number;
}

const candidates = ['www-data', 'nginx', 'nobody'];

/** @returns undefined when nginx is not started as root: its workers are then who starts it */
export async function findWorkers(): Promise<Workers | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of candidates) {
    const { stdout: gid, failed } = await execa('id', ['-g', user], { reject: false });
    if (failed) continue;
    const { stdout: group } = await execa('id', ['-gn', user]);
    return { user: `${user} ${group}`, gid: Number(gid) };
  }
  throw new HermesError(
    'no-worker-user',
    `there is no user to run nginx's workers under (${candidates.join(', ')})`,
    'create one, such as: useradd --system --no-create-home nginx',
  );
}

/**
 * Where workers read the certificate. They often cannot enter the project's folder (one below /root, say); then they
 * get a copy outside of it, which every installation renews along with the original.
 */
export function servedPath(root: string, livePem: string, workers: Workers | undefined): string {
  if (!workers || everyoneMayEnter(dirname(livePem))) return livePem;
  return join(servedFolder(root), 'tls.pem');
}

/**
 * Where workers read the answers to ACME challenges.
 * @param run folder of what runs; the answers are there unless workers cannot enter it
 */
export function webrootPath(run: string, root: string, workers: Workers | undefined): string {
  return join(!workers || everyoneMayEnter(run) ? run : servedFolder(root), 'acme');
}

/** The folder of what runs, or one outside of the project where workers of nginx cannot enter that. */
export function reachableFolder(run: string, root: string): string {
  return process.getuid?.() !== 0 || everyoneMayEnter(run) ? run : servedFolder(root);
}

/** Takes away the copy for the workers: it holds a private key, and nobody else would. */
export function removeServedCopy(root: string): void {
  if (process.getuid?.() === 0) rmSync(servedFolder(root), { recursive: true, force: true });
}

/** Folder of the copies for the workers; of this project alone. */
export function servedFolder(root: string): string {
  const instance = createHash('sha256').update(root).digest('hex').slice(0, 12);
  return join('/run', `monitor-hermes-${instance}`);
}

export function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === 'IPv6'));
}

function everyoneMayEnter(folder: string): boolean {
  let current = folder;
  for (;;) {
    const mode = statSync(current, { throwIfNoEntry: false })?.mode;
    // What is not there yet will be made so that it can be entered, as long as what is above can.
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    const parent = dirname(current);
    if (parent === current) return true;
    current = parent;
  }
}
