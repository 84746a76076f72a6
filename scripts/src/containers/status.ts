import { execa } from 'execa';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { certificateReports } from '../stack/certificate-report.js';
import { endpointOf } from '../stack/endpoint.js';
import type { Status } from '../stack/status.js';
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
  return {
    running: containers.length > 0,
    supervised: containers.length > 0,
    ready: containers.length > 0 && containers.every(isWell),
    url: endpointOf(settings).socketUrl,
    startedAt: state.startedAt,
    processes: Object.fromEntries(await Promise.all(containers.map(statusOf))),
    oldGenerations: 0,
    parts: {},
    certificates: settings.TLS === 'off' ? [] : await certificateReports(project, settings, state),
    changed,
  };
}

async function statusOf(container: Container): Promise<[string, Status['processes'][string]]> {
  const { Name, State, Status: text } = container;
  const inspected = await execa('docker', ['inspect', '--format', '{{.RestartCount}}', Name], {
    reject: false,
  });
  return [Name, { pid: null, restarts: Number(inspected.stdout) || 0, alive: State === 'running', text }];
}
