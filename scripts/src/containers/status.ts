import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { certificateReports } from '../stack/certificate-report.js';
import { endpointOf } from '../stack/endpoint.js';
import type { Status } from '../stack/status.js';
import { type Details, inspectContainers } from './details.js';
import { type Container, isWell, listContainers } from './list.js';
import type { ContainerState } from './state.js';

/**
 * How a stack in containers is. Docker starts again what dies, so it is supervised as long as its containers are there.
 * @throws HermesError `engine-away`
 */
export async function containerStatus(
  project: Project,
  settings: Settings,
  state: ContainerState,
  changed: Status['changed'],
): Promise<Status> {
  const containers = await listContainers(state);
  const details = await inspectContainers(containers.map(({ Name }) => Name));
  return {
    running: containers.length > 0,
    supervised: containers.length > 0,
    ready: containers.length > 0 && containers.every(isWell),
    url: endpointOf(settings).socketUrl,
    startedAt: state.startedAt,
    processes: Object.fromEntries(containers.map((one) => [one.Name, processOf(one, details[one.Name])])),
    oldGenerations: 0,
    parts: partsOf(state.name, containers, details),
    certificates: settings.TLS === 'off' ? [] : await certificateReports(project, settings, state),
    changed,
  };
}

function processOf({ State, Status: text }: Container, details: Details | undefined) {
  return { pid: null, restarts: details?.restarts ?? 0, alive: State === 'running', text };
}

/**
 * Containers without the name of their project, such as `app-1`: `ok`, or what is wrong with each. The first instance of
 * the app has its parts besides, named as `/health/ready` does.
 */
export function partsOf(
  project: string,
  containers: readonly Container[],
  details: Readonly<Record<string, Details>>,
): Record<string, string> {
  const instances = containers.filter(({ Service }) => Service === 'app');
  const entries = containers.flatMap((one) => {
    const name = one.Name.replace(`${project}-`, '');
    const said = details[one.Name]?.said ?? '';
    const parts = Object.entries(readinessOf(said) ?? {});
    const failing = parts.filter(([, part]) => part !== 'ok').map(([part, fault]) => `${part}: ${fault}`);
    const wrong = failing.length > 0 ? failing.join(', ') : parts.length > 0 ? '' : said;
    const text = isWell(one) ? 'ok' : [one.Health || one.State, wrong].filter(Boolean).join(': ');
    return [[name, text], ...(one === instances[0] ? parts : [])];
  });
  return Object.fromEntries(entries);
}

/** What the health check of the app prints; undefined for any other text. */
function readinessOf(said: string): Record<string, string> | undefined {
  try {
    return JSON.parse(said).parts;
  } catch {
    return undefined;
  }
}
