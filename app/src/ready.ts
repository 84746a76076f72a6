import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { messageOf } from './errors.js';
import { loadSettings } from './settings/load.js';
import type { Settings } from './settings/table.js';

/*
 * The health check of a container: ends with 0 once the app in it is ready for traffic. It asks as clients do, over
 * TLS where the app itself speaks that, with its certificate verified.
 */

/** Milliseconds for the answer. */
const patience = 10_000;

try {
  const { settings } = loadSettings();
  const secure = settings.SSL_KEYFILE && settings.SSL_CERTFILE;
  const asked = (secure ? secureRequest : request)({
    host: '127.0.0.1',
    port: settings.APP_PORT,
    path: '/health/ready',
    agent: false,
    signal: AbortSignal.timeout(patience),
    ...(secure && trust(settings)),
  });
  const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
  process.stdout.write(await text(response));
  process.exitCode = response.statusCode === 200 ? 0 : 1;
} catch (error) {
  process.stdout.write(messageOf(error));
  process.exitCode = 1;
}

/** The chain that is served may end in an intermediate. A wildcard is asked for a name below it. */
function trust({ SSL_CERTFILE = '', DOMAIN }: Settings) {
  const servername = (DOMAIN[0] ?? 'localhost').replace('*', 'any');
  return { ca: readFileSync(SSL_CERTFILE), servername, allowPartialTrustChain: true };
}
