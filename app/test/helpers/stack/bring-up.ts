import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.js';
import { hermes, readStatus } from './hermes.js';
import { type Place, Stack } from './stack.js';
import type { NativeWay } from './ways.js';

/** Starts a stack with the command line, in a new folder and on free ports. @param settings besides those of the way */
export async function bringUp(way: NativeWay, settings: Readonly<Record<string, string>>): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), `hermes-${way.name}-`));
  // The workers of nginx are another user, and read the certificate in it.
  chmodSync(folder, 0o755);
  const ports = await freePorts('HTTP_PORT', 'HTTPS_PORT', 'APP_PORT', 'WATCH_PORT');
  const environment = {
    HERMES_PROJECT: folder,
    ENGINE: 'native',
    ...settings,
    ...way.settings,
    ...ports,
  };
  const place = { folder, environment };
  try {
    const up = await hermes(environment, ['up']);
    if (up.exitCode !== 0) throw new Error(`\`hermes up\` failed:\n${up.all}`);
    return new Stack(place, (await readStatus(environment)).url);
  } catch (error) {
    await takeDown(place);
    throw error;
  }
}

/** Stops a stack with the command line, and removes all that is left of it. */
export async function takeDown({ folder, environment }: Place): Promise<void> {
  const down = await hermes(environment, ['down']);
  if (down.exitCode !== 0) throw new Error(`\`hermes down\` failed, see ${folder}:\n${down.all}`);
  rmSync(folder, { recursive: true });
}
