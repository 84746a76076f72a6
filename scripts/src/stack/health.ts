import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { appAddress, endpointOf } from './endpoint.js';
import { trustOf } from './trust.js';

export interface Health {
  readonly ready: boolean;
  /** Parts of the app, and the fault of each one that is not `ok`. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Milliseconds for the answer. */
const patience = 3_000;

/** Asks the app itself, past any proxy. @returns undefined when it does not answer */
export async function readHealth(project: Project, settings: Settings): Promise<Health | undefined> {
  const direct = settings.PROXY === 'none' && settings.TLS !== 'off';
  try {
    const asked = (direct ? secureRequest : request)({
      host: appAddress(settings),
      port: settings.APP_PORT,
      path: '/health/ready',
      headers: { Host: endpointOf(settings).host },
      signal: AbortSignal.timeout(patience),
      agent: false,
      ...(direct && trustOf(project, settings)),
    });
    const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
    const { parts = {} } = JSON.parse(await text(response));
    return { ready: response.statusCode === 200, parts };
  } catch {
    return undefined;
  }
}
