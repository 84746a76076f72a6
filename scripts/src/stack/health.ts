import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { appAddress, endpointOf } from './endpoint.js';
import { replicasOf } from './replicas.js';
import { trustOf } from './trust.js';

export interface Health {
  readonly ready: boolean;
  /** Parts of the app, and the fault of each one that is not `ok`. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Milliseconds for the answer. */
const patience = 3_000;

/**
 * Asks the app itself, past any proxy; it is ready when each of its replicas is. Parts of the second and further ones
 * have its name before theirs, and are there only where they fail.
 * @returns undefined when none answers
 */
export async function readHealth(project: Project, settings: Settings): Promise<Health | undefined> {
  const replicas = replicasOf(settings);
  const answers = await Promise.all(replicas.map(({ port }) => ask(project, settings, port)));
  if (answers.every((answer) => answer === undefined)) return undefined;
  const parts = answers.flatMap((answer, index): [string, string][] => {
    const name = replicas[index]?.name ?? '';
    if (!answer) return [[name, 'does not answer']];
    if (index === 0) return Object.entries(answer.parts);
    return Object.entries(answer.parts)
      .filter(([, part]) => part !== 'ok')
      .map(([part, fault]) => [`${name} ${part}`, fault]);
  });
  return { ready: answers.every((answer) => answer?.ready), parts: Object.fromEntries(parts) };
}

async function ask(project: Project, settings: Settings, port: number): Promise<Health | undefined> {
  const direct = settings.PROXY === 'none' && settings.TLS !== 'off';
  try {
    const asked = (direct ? secureRequest : request)({
      host: appAddress(settings),
      port,
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
