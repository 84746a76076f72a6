import { type Coefficients, coefficients } from './coefficients.js';

/** What has to be carried. */
export interface Demand {
  readonly connections: number;
  /** Messages a second, of all publishers together. */
  readonly rate: number;
  /** Bytes of a message as clients get it. */
  readonly size: number;
  /** Connections that get a message, on average. */
  readonly subscribers: number;
}

/** A machine to carry it. */
export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
}

export interface CapacityPlan {
  /** Installations of their own, each with some of the tenants and a Redis of its own. */
  readonly shards: number;
  /** Of all shards together. */
  readonly machines: number;
  /** Processes of the app on each machine. */
  readonly processes: number;
  /** Cores that are busy on all machines together, by what they do. */
  readonly busy: { readonly app: number; readonly proxy: number; readonly redis: number };
  /** Of each machine. */
  readonly connections: number;
  readonly memoryGiB: number;
  /** Bits a second that leave each machine. */
  readonly egress: number;
  /** Open files of one process of the app, and of all workers of Nginx on a machine. */
  readonly descriptors: { readonly app: number; readonly proxy: number };
  /** Seconds until all connections of one machine that is lost are back on the others; undefined when there is but one. */
  readonly reconnect: number | undefined;
  /** Connections from Nginx to one port of the app are more than Linux has ports for. */
  readonly portsRunOut: boolean;
  /** More than one process, so Redis has to carry the bus. */
  readonly needsRedis: boolean;
}

/** Share of a core that is planned with; the rest is for peaks, renewals, and the loss of a machine. */
export const usable = 0.6;

/** Linux: `net.ipv4.ip_local_port_range`, 32768 to 60999; one address reaches one port so many times. */
export const localPorts = 28_232;

/** Descriptors besides connections: logs, listeners, idle connections to the app. */
const ownDescriptors = 1_088;

/** Bytes of a frame's header, and of a TLS record with its TCP segment, for each delivery. */
const overhead = 90;

/**
 * Machines for a demand. Each shard's processes all read every message of that shard, so its machines become fewer use the
 * more there are: where reading alone would fill a core, or Redis its one, tenants are split among shards.
 */
export function planCapacity(
  demand: Demand,
  machine: Machine,
  costs: Coefficients = coefficients,
): CapacityPlan {
  const { micros } = costs;
  const mostMessages = (usable * 1e6) / Math.max(micros.redis, 2 * micros.read);
  const shards = Math.max(1, Math.ceil(demand.rate / mostMessages));
  let machines = shards;
  for (;;) {
    const plan = onMachines(demand, machine, costs, shards, machines);
    if (plan) return plan;
    machines += shards;
  }
}

/** @returns undefined where so many machines are too few */
function onMachines(
  demand: Demand,
  machine: Machine,
  costs: Coefficients,
  shards: number,
  machines: number,
): CapacityPlan | undefined {
  const { micros, idleKiB, kernelKiB, processMiB } = costs;
  const kib = demand.size / 1024;
  const perMachine = machines / shards;
  const messages = demand.rate / shards;
  const deliveries = (demand.rate * demand.subscribers) / machines;
  const connections = Math.ceil(demand.connections / machines);
  const cores = (microseconds: number) => microseconds / 1e6;
  const delivering = cores(deliveries * (micros.deliver + kib * micros.deliverKiB));
  const publishing = cores((messages / perMachine) * micros.publish);
  // Each process spends the same on reading, however many there are.
  const reading = cores(messages * micros.read);
  const processes = Math.max(1, Math.ceil((delivering + publishing) / Math.max(usable - reading, 0.05)));
  const app = delivering + publishing + (processes * perMachine > 1 ? processes * reading : 0);
  const proxy = cores(deliveries * (micros.proxy + kib * micros.proxyKiB));
  const redis = cores(messages * micros.redis) / perMachine;
  const memoryKiB = connections * (idleKiB.app + idleKiB.proxy + 3 * kernelKiB);
  const memoryGiB = memoryKiB / 1024 ** 2 + (processes * processMiB) / 1024;
  if (app + proxy + redis > usable * machine.cores || memoryGiB > usable * machine.memoryGiB)
    return undefined;
  const spare = (machines - 1) * (machine.cores - app - proxy - redis);
  return {
    shards,
    machines,
    processes,
    busy: { app: app * machines, proxy: proxy * machines, redis: redis * machines },
    connections,
    memoryGiB,
    egress: 8 * deliveries * (demand.size + overhead),
    descriptors: {
      app: Math.ceil(connections / processes) + ownDescriptors,
      proxy: 2 * connections + ownDescriptors,
    },
    reconnect: machines === 1 ? undefined : cores(connections * micros.connect) / spare,
    portsRunOut: connections / processes > localPorts,
    needsRedis: processes * perMachine > 1,
  };
}
