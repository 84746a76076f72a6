import { type CapacityPlan, type Demand, localPorts, type Machine, usable } from './plan.js';

/** A plan in words, a line for each thing to see to. */
export function describePlan(plan: CapacityPlan, demand: Demand, machine: Machine): string[] {
  const { busy, descriptors } = plan;
  const deliveries = demand.rate * demand.subscribers;
  const advice = [
    plan.needsRedis
      ? 'REDIS_URL is needed, as there is more than one process; MONGO_URI for a history that all share'
      : 'one process with the embedded bus will do',
    plan.processes > 1 && `WORKERS=${plan.processes} on each machine`,
    plan.shards > 1 &&
      `one stream is more than one Redis, or one reader, can carry: split the tenants among ${plan.shards} installations, each with a BUS_PREFIX and a Redis of its own`,
    plan.machines > plan.shards && 'a load balancer, or several DNS records, in front of the machines',
    plan.portsRunOut &&
      `APP_SOCKET=auto, or APP_REPLICAS: from one address Linux reaches one port ${count(localPorts)} times at most`,
    `MAX_CONNECTIONS=${Math.ceil(plan.connections / 1_000)}000, at least`,
    `ulimit -n ≥ ${count(Math.max(descriptors.app, descriptors.proxy))}, and fs.nr_open above it`,
  ];
  return [
    `${count(demand.connections)} connections, ${count(demand.rate)} messages/s of ${demand.size} B to ${count(demand.subscribers)} each: ${count(deliveries)} deliveries/s`,
    '',
    `machines    ${plan.machines} × ${machine.cores} cores, ${machine.memoryGiB} GiB, each at ${usable * 100} % at most${plan.shards > 1 ? `, in ${plan.shards} shards` : ''}`,
    `each has    ${count(plan.connections)} connections, ${plan.processes} ${plan.processes > 1 ? 'processes' : 'process'} of the app, ${plan.memoryGiB.toFixed(1)} GiB, ${bits(plan.egress)} going out`,
    `busy cores  ${busy.app.toFixed(1)} app, ${busy.proxy.toFixed(1)} proxy, ${busy.redis.toFixed(1)} Redis, in all`,
    `open files  ${count(descriptors.app)} for a process of the app, ${count(descriptors.proxy)} for Nginx on a machine`,
    ...(plan.reconnect === undefined
      ? []
      : [
          `after loss  of one machine, its clients are back on the others within ${Math.ceil(plan.reconnect)} s`,
        ]),
    '',
    ...advice.filter((line) => line !== false).map((line) => `→ ${line}`),
  ];
}

const count = (value: number) => Math.round(value).toLocaleString('en').replaceAll(',', ' ');

const bits = (value: number) =>
  value >= 1e9 ? `${(value / 1e9).toFixed(1)} Gbit/s` : `${Math.ceil(value / 1e6)} Mbit/s`;
