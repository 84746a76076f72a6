import type { Loaded } from '../../../app/src/settings/load.js';
import type { Project } from '../project.js';
import { type CertificateReport, certificateReports, wireText } from './certificate-report.js';
import { endpointOf } from './endpoint.js';
import { isAlive } from './process-identity.js';
import { isUp } from './start.js';
import { readState } from './state.js';

export interface Status {
  readonly running: boolean;
  readonly ready: boolean;
  readonly url: string;
  readonly startedAt: string | null;
  readonly processes: Readonly<Record<string, { pid: number; restarts: number; alive: boolean }>>;
  /** Parts of the app as `/health/ready` names them; empty when it does not answer. */
  readonly parts: Readonly<Record<string, string>>;
  readonly certificates: readonly CertificateReport[];
}

export async function readStatus(project: Project, loaded: Loaded): Promise<Status> {
  const { settings } = loaded;
  const state = readState(project);
  const running = isUp(state);
  const health = running
    ? await readHealth(settings.APP_PORT, settings.PROXY === 'none' && settings.TLS !== 'off')
    : undefined;
  const processes = Object.entries(state?.processes ?? {}).map(([name, identity]) => [
    name,
    { pid: identity.pid, restarts: identity.restarts, alive: isAlive(identity) },
  ]);
  return {
    running,
    ready: health?.ready ?? false,
    url: running ? state.url : endpointOf(settings).socketUrl,
    startedAt: running ? state.startedAt : null,
    processes: Object.fromEntries(running ? processes : []),
    parts: health?.parts ?? {},
    certificates: settings.TLS === 'off' ? [] : await certificateReports(project, settings, running),
  };
}

export function statusText(status: Status): string {
  const state = status.ready ? 'up and ready' : status.running ? 'up, but not ready' : 'down';
  const lines = [
    `Monitor Hermes is ${state}.`,
    `  URL          ${status.url}/ws`,
    ...(status.startedAt ? [`  Since        ${status.startedAt}`] : []),
    ...Object.entries(status.processes).map(
      ([name, { pid, restarts, alive }]) =>
        `  ${name.padEnd(11)}  ${alive ? `pid ${pid}` : 'not running'}${restarts ? `, restarted ${restarts} times` : ''}`,
    ),
    ...Object.entries(status.parts)
      .filter(([, part]) => part !== 'ok')
      .map(([name, fault]) => `  ${name.padEnd(11)}  ${fault}`),
    ...status.certificates.flatMap(({ kind, info, daysLeft, wire }) =>
      kind === 'live' && info
        ? [
            `  Certificate  ${info.names.join(', ')}: ${daysLeft} days left${wire ? `, ${wireText(wire)}` : ''}`,
          ]
        : [],
    ),
    ...(status.running ? [] : ['  → start it: make up']),
  ];
  return `${lines.join('\n')}\n`;
}

async function readHealth(
  port: number,
  direct: boolean,
): Promise<{ ready: boolean; parts: Record<string, string> } | undefined> {
  // With direct TLS the certificate names the domain and not this address; the probe and the wire check verify it.
  if (direct) return undefined;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`, {
      signal: AbortSignal.timeout(3_000),
    });
    const body = (await response.json()) as { parts?: Record<string, string> };
    return { ready: response.ok, parts: body.parts ?? {} };
  } catch {
    return undefined;
  }
}
