import { readFileSync } from 'node:fs';
import { type Container, docker } from './docker.js';

/**
 * What a container may do other than the rest, each with its reason, as labels say in the Compose files:
 * `monitor-hermes.allow.<rule>: reason`.
 */
const allowance = 'monitor-hermes.allow.';

/** Characters below which a reason gives none. */
const shortestReason = 20;

export interface Process {
  readonly pid: number;
  readonly uid: number;
  /** Bits of the capabilities that it could ever have, in hexadecimal. */
  readonly capabilities: string;
  readonly noNewPrivileges: boolean;
}

/** A container as the engine and the kernel see it. */
export interface Inspected {
  readonly service: string;
  readonly container: Container;
  readonly processes: readonly Process[];
}

export async function look(container: Container): Promise<Inspected> {
  const table = (await docker('top', container.Id, '-eo', 'pid')).split('\n').slice(1);
  return {
    service: container.Config.Labels['com.docker.compose.service'] ?? '',
    container,
    processes: table.map(Number).flatMap(processOf),
  };
}

/** What of the hardening does not hold in a container; empty if all of it does. @param door service that may publish */
export function faultsOf({ service, container, processes }: Inspected, door: string): string[] {
  const { Config, HostConfig: host, Mounts, State } = container;
  const published = Object.keys(host.PortBindings ?? {}).length > 0;
  const logs = host.LogConfig.Config;
  const rules: Readonly<Record<string, boolean>> = {
    running: State.Running && processes.length > 0,
    'published-port': !published || service === door,
    root: processes.every(({ uid }) => uid !== 0),
    privileged: !host.Privileged && (host.Devices ?? []).length === 0,
    'writable-root': host.ReadonlyRootfs,
    capability:
      (host.CapDrop ?? []).includes('ALL') &&
      (host.CapAdd ?? []).length === 0 &&
      processes.every(({ capabilities }) => /^0+$/.test(capabilities)),
    'new-privileges':
      (host.SecurityOpt ?? []).includes('no-new-privileges:true') &&
      processes.every(({ noNewPrivileges }) => noNewPrivileges),
    unconfined: !(host.SecurityOpt ?? []).some((option) => option.includes('unconfined')),
    'host-namespace': [host.PidMode, host.IpcMode, host.UsernsMode, host.NetworkMode].every(
      (mode) => mode !== 'host',
    ),
    'no-pids-limit': (host.PidsLimit ?? 0) > 0,
    'no-memory-limit': host.Memory > 0,
    'docker-socket': Mounts.every(({ Source = '' }) => !/docker\.sock$|^\/(var\/)?run\/?$/.test(Source)),
    'unbounded-log': Boolean(logs['max-size'] && logs['max-file']),
    'no-health-check':
      (Config.Healthcheck?.Test ?? ['NONE'])[0] !== 'NONE' && State.Health?.Status === 'healthy',
  };
  return Object.entries(rules)
    .filter(([rule, holds]) => !holds && (Config.Labels[allowance + rule] ?? '').length < shortestReason)
    .map(([rule]) => `${service}: ${rule}`);
}

/** Nothing where it has just ended. */
function processOf(pid: number): Process[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
    const [uid, capabilities] = [Number(field('Uid')), field('CapBnd')];
    return [{ pid, uid, capabilities, noNewPrivileges: field('NoNewPrivs') === '1' }];
  } catch {
    return [];
  }
}
