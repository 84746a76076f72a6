import { accepts, holderOf, type PortNeed } from '../stack/ports.js';
import { isReplica } from '../stack/replicas.js';
import type { ProcessStatus, Status } from '../stack/status.js';
import { type Findings, fault, joined, note, right } from './findings.js';

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);

/** Which process of the stack is missed, and how. */
const missed = (name: string, { restarts }: ProcessStatus): Findings => {
  const cause = `the process ${name} does not run${restarts > 0 ? `, started again ${times(restarts)}` : ''}`;
  if (isReplica(name)) return fault('APP_DOWN', cause);
  if (name === 'renewal') return fault('RENEWAL_NOT_RUNNING', cause);
  return fault(name === 'watch' ? 'WATCH_DOWN' : 'PROXY_DOWN', cause);
};

/** What runs of a stack that is native, and what its app says of its parts. */
export function checkProcesses({ supervised, processes, parts, oldGenerations }: Status): Findings {
  const all = Object.entries(processes);
  const missing = all.filter(([, { alive }]) => !alive);
  const restarted = all.filter(([, { restarts }]) => restarts > 0);
  const app = all.find(([name]) => name === 'app')?.[1];
  const silent = app?.alive && Object.keys(parts).length === 0;
  return joined([
    ...(supervised
      ? []
      : [fault('SUPERVISOR_DOWN', 'the supervisor of the stack does not run; its processes go on')]),
    ...(missing.length > 0
      ? missing.map(([name, one]) => missed(name, one))
      : [right(`Processes: ${all.map(([name]) => name).join(', ')} run`)]),
    note(
      ...restarted.map(([name, { restarts }]) => `${name} was started again ${times(restarts)}: make logs`),
    ),
    ...(oldGenerations > 0
      ? [
          note(
            `${oldGenerations} generations of old workers of nginx go on until their last clients have gone`,
          ),
        ]
      : []),
    ...(silent
      ? [fault('APP_SILENT', `the app (pid ${app.pid}) gave no answer on its health page in 3 s`)]
      : []),
    checkParts(parts),
  ]);
}

/** The same of containers: `parts` has those that are unwell, by name. */
export function checkContainers({ processes, parts }: Pick<Status, 'processes' | 'parts'>): Findings {
  const isPart = (name: string) => name in partCodes;
  const unwell = Object.entries(parts).filter(([name, text]) => !isPart(name) && text !== 'ok');
  const isUnwell = (service: string) => unwell.some(([name]) => name.startsWith(`${service}-`));
  // A server that is down explains what the app says of its part, and that why the app is not ready.
  const explained = Object.entries(partCodes).filter(([part]) => isUnwell(servers[part as Part]));
  const own = checkParts(parts);
  const told = own.faults.filter(({ code }) => explained.every(([, other]) => other !== code));
  const lacks = Object.keys(partCodes).some((part) => (parts[part] ?? 'ok') !== 'ok');
  return joined([
    ...unwell
      .filter(([name]) => !(lacks && /^app\b/.test(name)))
      .map(([name, text]) => fault('CONTAINER_UNWELL', `${name}: ${text}`)),
    ...(unwell.length === 0 ? [right(`Containers: ${Object.keys(processes).length} run and are well`)] : []),
    { ...own, faults: told },
  ]);
}

type Part = keyof typeof partCodes;

/** Services of containers that are behind the parts of the app. */
const servers: Readonly<Record<Part, string>> = { bus: 'redis', store: 'mongo', mqtt: 'mqtt' };

const partCodes = { bus: 'BUS_NOT_READY', store: 'STORE_NOT_READY', mqtt: 'MQTT_NOT_READY' } as const;

/** @param parts as `/health/ready` names them; of further replicas with their name before */
function checkParts(parts: Status['parts']): Findings {
  const failing = Object.entries(parts).filter(([, text]) => text !== 'ok');
  const own = failing.flatMap(([name, text]) => {
    const part = name.split(' ').at(-1) as Part;
    if (part in partCodes) return [fault(partCodes[part], `the app says of its ${name}: ${text}`)];
    return isReplica(name) && text === 'does not answer' ? [fault('APP_SILENT', `${name} ${text}`)] : [];
  });
  const fine = Object.keys(partCodes).filter((part) => parts[part] === 'ok');
  return joined([...own, ...(fine.length > 0 ? [right(`Parts of the app: ${fine.join(', ')} ready`)] : [])]);
}

/** Why nothing runs, as far as the ports tell. */
export async function checkDown(needs: readonly PortNeed[]): Promise<Findings> {
  const taken = await Promise.all(
    needs.map(async ({ port, setting }) => {
      if (!(await accepts(port))) return undefined;
      const holder = (await holderOf(port)) ?? 'another program';
      const fix = `stop it, or choose another port: make up ${setting}=…`;
      return fault(
        'PORT_IN_USE',
        `nothing of this checkout runs, and port ${port} is in use by ${holder}`,
        fix,
      );
    }),
  );
  const found = taken.filter((one) => one !== undefined);
  return found.length > 0 ? joined(found) : fault('STACK_DOWN', 'nothing of this checkout runs');
}
