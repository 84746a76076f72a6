import { isDeepStrictEqual } from 'node:util';

/** What `docker service inspect` tells, as far as it is looked at. */
export interface Service {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: {
    readonly Name: string;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly Mode: { readonly Replicated?: { readonly Replicas: number } };
    readonly TaskTemplate: Template;
  };
  readonly UpdateStatus?: { readonly State: string; readonly Message?: string };
}

/** What `docker inspect` tells of a task that is meant to run. */
export interface Task {
  readonly ServiceID: string;
  readonly Spec: Template;
  readonly Status: { readonly State: string; readonly Err?: string };
}

interface Template {
  readonly ContainerSpec: { readonly Image?: string };
  readonly ForceUpdate?: number;
}

export type Progress =
  | { readonly is: 'done' }
  | { readonly is: 'under way'; readonly waitsFor: string }
  | { readonly is: 'failed'; readonly service: string; readonly why: string };

/**
 * How far an update of some services is. That of one is over only when every task that is meant to run is a new one and
 * runs, which for Swarm means that it is healthy: right after an update was asked for, the old ones are still all there.
 * @param nodes that take tasks
 */
export function progressOf(services: readonly Service[], tasks: readonly Task[], nodes = 1): Progress {
  const failed = services.find(({ UpdateStatus }) => /^rollback|^paused/.test(UpdateStatus?.State ?? ''));
  if (failed) return { is: 'failed', service: failed.Spec.Name, why: failed.UpdateStatus?.Message ?? '' };
  const waiting = services.find((service) => !isThere(service, tasks, nodes));
  return waiting ? { is: 'under way', waitsFor: waiting.Spec.Name } : { is: 'done' };
}

function isThere({ ID, Spec, UpdateStatus }: Service, all: readonly Task[], nodes: number): boolean {
  if (UpdateStatus && UpdateStatus.State !== 'completed') return false;
  const tasks = all.filter(({ ServiceID }) => ServiceID === ID);
  // Of a global service there is one on each node.
  const wanted = Spec.Mode.Replicated?.Replicas ?? Math.max(nodes, tasks.length);
  const good = tasks.filter((task) => task.Status.State === 'running' && isOf(task.Spec, Spec.TaskTemplate));
  return good.length === wanted && tasks.length === wanted;
}

const isOf = (task: Template, service: Template) =>
  isDeepStrictEqual(withoutEmpty(task.ContainerSpec), withoutEmpty(service.ContainerSpec)) &&
  (task.ForceUpdate ?? 0) === (service.ForceUpdate ?? 0);

/** An engine writes what is empty for a service, such as `DNSConfig`, and leaves it out for its tasks. */
const withoutEmpty = (spec: object) =>
  Object.fromEntries(
    Object.entries(spec).filter(([, value]) => !isDeepStrictEqual(value, {}) && value !== null),
  );

/** Services that an update that failed has left changed, and that were there before: these go back. */
export function toRollBack(before: readonly Service[], now: readonly Service[]): Service[] {
  return now.filter(({ ID, Version, UpdateStatus }) => {
    const old = before.find((one) => one.ID === ID);
    return old && old.Version.Index !== Version.Index && !/^rollback/.test(UpdateStatus?.State ?? '');
  });
}
