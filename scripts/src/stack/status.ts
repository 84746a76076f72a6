import type { Settings } from '../../../app/src/settings/table.js';
import { containerStatus } from '../containers/status.js';
import type { Project } from '../project.js';
import type { Outlook } from '../renewal/outlook.js';
import { type CertificateReport, certificateReports, wireText } from './certificate-report.js';
import { endpointOf } from './endpoint.js';
import { readHealth } from './health.js';
import { type InEffect, inEffect, isInContainers, isInside } from './in-effect.js';
import { stillRunning } from './old-workers.js';
import { isAlive } from './process-identity.js';
import { failureText, looksText } from './renewal-text.js';
import { isUp, type StackState } from './state.js';

export interface Status {
  readonly running: boolean;
  /** Whether what dies is started again: not so when the supervisor was killed. */
  readonly supervised: boolean;
  readonly ready: boolean;
  readonly url: string;
  readonly startedAt: string | null;
  readonly processes: Readonly<Record<string, ProcessStatus>>;
  /** Generations of nginx's workers that a reload has replaced, and that go on for clients which have not left yet. */
  readonly oldGenerations: number;
  /** Parts of the app as `/health/ready` names them; empty when it does not answer. */
  readonly parts: Readonly<Record<string, string>>;
  readonly certificates: readonly CertificateReport[];
  /** Settings that have changed since the start. */
  readonly changed: InEffect['changed'];
}

export interface ProcessStatus {
  /** `null` before the first start, and in a container. */
  readonly pid: number | null;
  readonly restarts: number;
  readonly alive: boolean;
  /** Of a container, in Docker's words, such as `Up 5 minutes (healthy)`. */
  readonly text?: string;
}

/** How the stack is, by the settings that it runs with. */
export async function readStatus(project: Project, wanted: Settings): Promise<Status> {
  const { settings, running: found, changed } = inEffect(project, wanted);
  if (isInContainers(found)) return containerStatus(project, settings, found, changed);
  // Nobody asks from inside of a container, where there is no engine to ask.
  const state = isInside(found) ? undefined : found;
  const running = state !== undefined;
  const health = running ? await readHealth(project, settings) : undefined;
  return {
    running,
    supervised: isUp(state),
    ready: health?.ready ?? false,
    url: endpointOf(settings).socketUrl,
    startedAt: state?.startedAt ?? null,
    processes: state ? processesOf(state) : {},
    oldGenerations: stillRunning(state?.oldWorkers ?? []).length,
    parts: health?.parts ?? {},
    certificates: settings.TLS === 'off' ? [] : await certificateReports(project, settings, state),
    changed,
  };
}

export function statusText(status: Status): string {
  const rows: [string, string][] = [
    ['URL', `${status.url}/ws`],
    ...(status.startedAt ? [['Since', status.startedAt] satisfies [string, string]] : []),
    ...Object.entries(status.processes).map(([name, one]): [string, string] => [name, processText(one)]),
    ...oldRows(status),
    ...Object.entries(status.parts).filter(([, part]) => part !== 'ok'),
    ...status.certificates.flatMap(certificateRows),
  ];
  const lines = rows.map(([name, text]) => `  ${name.padEnd(11)}  ${text}`);
  return `${[`Monitor Hermes is ${stateText(status)}.`, ...lines, ...advice(status)].join('\n')}\n`;
}

function processesOf({ processes }: StackState): Record<string, ProcessStatus> {
  const entries = Object.entries(processes).map(([name, { identity, restarts }]) => [
    name,
    { pid: identity?.pid ?? null, restarts, alive: identity !== undefined && isAlive(identity) },
  ]);
  return Object.fromEntries(entries);
}

function stateText({ running, supervised, ready }: Status): string {
  if (!running) return 'down';
  if (!supervised) return 'running without its supervisor, which was killed';
  return ready ? 'up and ready' : 'up, but not ready';
}

function processText({ alive, pid, restarts, text }: ProcessStatus): string {
  if (text !== undefined) return text;
  const times = restarts === 1 ? 'once' : `${restarts} times`;
  return `${alive ? `pid ${pid}` : 'not running'}${restarts > 0 ? `, restarted ${times}` : ''}`;
}

function oldRows({ oldGenerations }: Status): [string, string][] {
  if (oldGenerations === 0) return [];
  const generations = oldGenerations === 1 ? '1 generation' : `${oldGenerations} generations`;
  return [['Old workers', `${generations}, until their last clients have gone`]];
}

function certificateRows({ kind, info, daysLeft, outlook, wire }: CertificateReport): [string, string][] {
  if (kind !== 'live' || !info) return [];
  const served = wire ? `, ${wireText(wire)}` : '';
  const renewal = outlook && [looksText(outlook), outlook.worry?.cause ?? failed(outlook)].filter(Boolean);
  return [
    ['Certificate', `${info.names.join(', ')}: ${daysLeft} days left${served}`],
    ...(renewal?.length ? [['Renewal', renewal.join('; ')] satisfies [string, string]] : []),
  ];
}

function failed(outlook: Outlook): string | undefined {
  const failure = failureText(outlook);
  return failure && `failed ${failure}`;
}

function advice({ running, supervised, ready, changed }: Status): string[] {
  if (!running) return ['  → start it: make up'];
  if (!supervised) return ['  → nothing starts again what dies; start it anew: make up'];
  return [
    ...(ready ? [] : ['  → see why: make logs']),
    ...changed.map(({ runs, now }) => `  started with ${runs}; \`make up\` would now start it with ${now}`),
  ];
}
