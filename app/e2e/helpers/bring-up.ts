import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Way } from '../ways.js';
import { freePorts } from './free-ports.js';
import { hermes, readStatus } from './hermes.js';
import { Stack } from './stack.js';

/** Pings follow quickly, so that tests see some; what is stopped goes at once. */
const settings = { ENGINE: 'native', PING_INTERVAL: '2s', PONG_TIMEOUT: '2s', DRAIN_SECONDS: '0' };

/** Starts a stack with the command line, in a new folder and on free ports. */
export async function bringUp(way: Way): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), `hermes-e2e-${way.name}-`));
  // The workers of nginx are another user, and read the certificate in it.
  chmodSync(folder, 0o755);
  const ports = await freePorts('HTTP_PORT', 'HTTPS_PORT', 'APP_PORT');
  const place = { folder, environment: { HERMES_PROJECT: folder, ...settings, ...way.settings, ...ports } };
  try {
    const up = await hermes(place.environment, ['up']);
    if (up.exitCode !== 0) throw new Error(`\`hermes up\` failed:\n${up.all}`);
    return new Stack(place, (await readStatus(place.environment)).url);
  } catch (error) {
    await takeDown(place);
    throw error;
  }
}

/** Stops a stack with the command line, and removes all that is left of it. */
export async function takeDown({
  folder,
  environment,
}: Pick<Stack, 'folder' | 'environment'>): Promise<void> {
  const down = await hermes(environment, ['down']);
  if (down.exitCode !== 0) throw new Error(`\`hermes down\` failed, see ${folder}:\n${down.all}`);
  rmSync(folder, { recursive: true });
}
