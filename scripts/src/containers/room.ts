import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';

export const mebibyte = 1_048_576;

/** MiB that a start takes, with room to go on: configuration and certificates, an image and what containers write. */
export const needed = { project: 16, engine: 512 };

/** @throws HermesError `disk-full` where a folder of this project could not be written to the end */
export function assertRoom(folder: string): Promise<void> {
  return assertFree(folder, needed.project);
}

/**
 * The same for the folder where the engine keeps images and volumes, where that is on this host.
 * @throws HermesError `disk-full`
 */
export async function assertEngineRoom(): Promise<void> {
  const info = await execa('docker', ['info', '--format', '{{.DockerRootDir}}'], {
    reject: false,
    stdin: 'ignore',
  });
  const folder = info.stdout?.trim();
  if (!info.failed && folder && existsSync(folder)) await assertFree(folder, needed.engine);
}

async function assertFree(folder: string, least: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / mebibyte);
  if (free >= least) return;
  throw new HermesError(
    'disk-full',
    `the disk is nearly full: ${folder} has ${free} MiB left, and a start takes up to ${least}`,
    'make room there; `docker system df` shows what images and volumes take',
  );
}
