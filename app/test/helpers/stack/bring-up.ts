import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.js';
import { hermes, readStatus } from './hermes.js';
import { type Place, Stack } from './stack.js';
import type { NativeWay } from './ways.js';

/** Times that a stack is started anew, where another test took one of its ports between the look and the start. */
const attempts = 3;

/** Starts a stack with the command line, in a new folder and on free ports. @param settings besides those of the way */
export async function bringUp(way: NativeWay, settings: Readonly<Record<string, string>>): Promise<Stack> {
  for (let attempt = 1; ; attempt += 1) {
    const folder = mkdtempSync(join(tmpdir(), `hermes-${way.name}-`));
    // The workers of nginx are another user, and read the certificate in it.
    chmodSync(folder, 0o755);
    const ports = await freePorts('HTTP_PORT', 'HTTPS_PORT', 'APP_PORT', 'WATCH_PORT');
    const own = { HERMES_PROJECT: folder, ENGINE: 'native' };
    const place = { folder, environment: { ...own, ...settings, ...way.settings, ...ports } };
    let up = { exitCode: -1, all: '' };
    try {
      up = await hermes(place.environment, ['up']);
      if (up.exitCode === 0) return new Stack(place, (await readStatus(place.environment)).url);
    } catch (error) {
      await takeDown(place);
      throw error;
    }
    await takeDown(place);
    if (attempt === attempts || !up.all.includes('is in use'))
      throw new Error(`\`hermes up\` failed:\n${up.all}`);
  }
}

/** Stops a stack with the command line, and removes all that is left of it. */
export async function takeDown({ folder, environment }: Place): Promise<void> {
  const down = await hermes(environment, ['down']);
  if (down.exitCode !== 0) throw new Error(`\`hermes down\` failed, see ${folder}:\n${down.all}`);
  rmSync(folder, { recursive: true });
}
