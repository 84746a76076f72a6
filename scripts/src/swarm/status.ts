import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import type { SwarmEngine } from './engine.js';
import { type Node, nodesOf } from './nodes.js';
import type { Service, Task } from './progress.js';
import { servingOf } from './releases.js';
import { type ServedByNode, servedByNodes } from './served.js';
import { failedTasks, servicesOf, tasksOf } from './services.js';

export interface ServiceStatus {
  readonly name: string;
  readonly image: string;
  /** Tasks that run, and that are meant to. */
  readonly running: number;
  readonly wanted: number;
  /** What became of the last update, in Swarm's words. */
  readonly update?: string;
  /** Why a task ended last. */
  readonly fault?: string;
}

export interface SwarmStatus {
  /** Whether all that is meant to run does, and every node serves a certificate that clients take. */
  readonly ready: boolean;
  readonly current?: string;
  readonly previous?: string;
  readonly nodes: readonly Node[];
  readonly services: readonly ServiceStatus[];
  readonly certificates: readonly ServedByNode[];
}

/** How the stack on a swarm is. */
export async function readSwarmStatus(
  engine: SwarmEngine,
  project: Project,
  settings: Settings,
): Promise<SwarmStatus> {
  const nodes = await nodesOf(engine);
  const found = await servicesOf(engine, settings.COMPOSE_PROJECT);
  const tasks = await tasksOf(engine, found);
  const ready = nodes.filter((node) => node.ready).length;
  const services = await Promise.all(found.map((service) => statusOf(engine, service, tasks, ready)));
  const certificates = found.length === 0 ? [] : await servedByNodes(project, settings, nodes);
  const prints = new Set(certificates.flatMap(({ fingerprint }) => fingerprint ?? []));
  return {
    ready:
      services.length > 0 &&
      services.every(({ running, wanted }) => running >= wanted) &&
      certificates.every(({ fault }) => fault === undefined) &&
      prints.size <= 1,
    ...servingOf(found),
    nodes,
    services,
    certificates,
  };
}

async function statusOf(
  engine: SwarmEngine,
  { ID, Spec, UpdateStatus }: Service,
  all: readonly Task[],
  nodes: number,
): Promise<ServiceStatus> {
  const tasks = all.filter(({ ServiceID, Status }) => ServiceID === ID && Status.State === 'running');
  const wanted = Spec.Mode.Replicated?.Replicas ?? nodes;
  const fault = tasks.length < wanted ? (await failedTasks(engine, ID))[0]?.Error : undefined;
  const { State, Message } = UpdateStatus ?? {};
  return {
    name: Spec.Name,
    image: Spec.TaskTemplate.ContainerSpec.Image ?? '',
    running: tasks.length,
    wanted,
    ...(State && { update: State === 'completed' ? State : `${State}: ${Message}` }),
    ...(fault && { fault }),
  };
}

export function swarmStatusText({ ready, current, nodes, services, certificates }: SwarmStatus): string {
  const first = nodes.find(({ address }) => address === certificates[0]?.address);
  const expected = certificates[0]?.fingerprint;
  const rows: [string, string][] = [
    ...nodes.map(({ name, address, state, role }): [string, string] => [
      'node',
      `${name} ${address}: ${state}, ${role}`,
    ]),
    ...services.flatMap(({ name, image, running, wanted, update, fault }): [string, string][] => [
      ['service', `${name}: ${running} of ${wanted}, ${image}${update ? `, update ${update}` : ''}`],
      ...(fault ? [['', fault] satisfies [string, string]] : []),
    ]),
    ...certificates.map(({ node, address, daysLeft, fingerprint, fault }): [string, string] => {
      const other =
        fingerprint && fingerprint !== expected ? `, another one than ${first?.name} ${first?.address}` : '';
      const left = daysLeft === undefined ? '' : `${daysLeft} days left${other}`;
      return ['certificate', `${node} ${address}: ${[left, fault].filter(Boolean).join('; ')}`];
    }),
  ];
  const head = current ? `${current} serves` : 'Nothing was deployed there yet';
  const lines = rows.map(([what, text]) => `  ${what.padEnd(11)}  ${text}`);
  return `${[`${head}${current && !ready ? ', but not all is well' : ''}.`, '', ...lines].join('\n')}\n`;
}
