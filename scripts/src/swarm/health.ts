import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../../app/src/errors.js';
import { loadSettings } from '../../../app/src/settings/load.js';
import { signToken } from '../sign-token.js';
import { probe } from '../stack/probe.js';

/*
 * The health check of an instance in a swarm, which does more on it than Compose: it ends the one before once a new one
 * is well, and kills one that is not. So the first time all has to work, a WebSocket included; from then on an instance
 * only has to be alive. One whose Redis is away keeps its sockets, and would not come back any better.
 */

/** Milliseconds for an answer. */
const patience = 10_000;
const passed = join(tmpdir(), 'was-ready');

try {
  const { settings } = loadSettings();
  const at = `http://127.0.0.1:${settings.APP_PORT}`;
  const first = !existsSync(passed);
  await demand(`${at}/health/${first ? 'ready' : 'live'}`);
  if (first) {
    const token = signToken(settings, { user_id: 'hermes-health' }, 60);
    const endpoint = {
      tls: false,
      host: '127.0.0.1',
      address: '127.0.0.1',
      port: settings.APP_PORT,
      socketUrl: at.replace('http', 'ws'),
      pageUrl: at,
    };
    await probe({ endpoint, token, trust: {} }, AbortSignal.timeout(patience));
    writeFileSync(passed, '');
  }
  process.stdout.write('ok');
} catch (error) {
  process.stdout.write(messageOf(error));
  process.exitCode = 1;
}

async function demand(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patience) });
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
}
