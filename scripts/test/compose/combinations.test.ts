import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { newFolder } from '../../../app/test/helpers/service.js';
import { compose } from '../../src/containers/compose.js';
import { envText } from '../../src/containers/env-text.js';
import { writePlan } from '../../src/containers/write-plan.js';
import { projectAt } from '../../src/project.js';
import { type Combination, combinations } from './helpers/combinations.js';
import { describeOnEngine, startPatience } from './helpers/engine.js';

/** What Compose makes of a service, as far as it is looked at here. */
interface Service {
  readonly ports?: readonly { readonly published: string }[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly pids_limit?: number;
  readonly mem_limit?: string;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly volumes?: readonly { readonly source?: string }[];
}

interface Model {
  readonly services: Readonly<Record<string, Service>>;
}

/** Label that gives the reason. */
const publishing = 'monitor-hermes.allow.published-port';

/** What is wrong with a combination; empty if nothing is. */
async function faultsOf({ values, plan }: Combination, variables: string): Promise<string[]> {
  writeFileSync(variables, envText(plan.variables));
  const stack = { files: plan.files, variables };
  const { failed, stdout, stderr } = await compose(stack, ['config', '--format', 'json']);
  // Compose only warns of a variable that is not set.
  const faults = failed || stderr ? [String(stderr)] : faultsOfServices(JSON.parse(String(stdout)), values);
  return faults.map((fault) => `${JSON.stringify(values)}: ${fault}`);
}

function faultsOfServices({ services }: Model, values: Combination['values']): string[] {
  const door = values.PROXY === 'none' ? 'app' : 'proxy';
  return Object.entries(services).flatMap(([name, one]) => {
    const holds: Readonly<Record<string, boolean | undefined>> = {
      'the door publishes ports, and nothing else does without a reason':
        (one.ports !== undefined) === (name === door || publishing in (one.labels ?? {})),
      'the root filesystem is read-only': one.read_only,
      'it is not privileged': !one.privileged,
      'every capability is dropped': one.cap_drop?.includes('ALL'),
      'there is no way to new privileges': one.security_opt?.includes('no-new-privileges:true'),
      'processes are limited': (one.pids_limit ?? 0) > 0,
      'memory is limited': Number(one.mem_limit ?? 0) > 0,
      'logs are rotated': Boolean(one.logging?.options?.['max-size'] && one.logging.options['max-file']),
      'it has no socket of Docker': !one.volumes?.some(({ source }) => source?.includes('docker.sock')),
    };
    return Object.entries(holds).flatMap(([rule, held]) => (held ? [] : [`${name}: not so: ${rule}`]));
  });
}

describeOnEngine('Compose files', function () {
  this.timeout(startPatience);
  const folder = newFolder();
  const all = combinations(folder);

  it(`can be read in each of the ${all.length} combinations that settings choose, hardened in every one`, async () => {
    const first = all[0];
    assert(first && all.length > 100);
    // What they refer to is there; only the variables differ.
    writePlan(projectAt(folder), first.plan, process.getgid?.() ?? 0);
    const waiting = [...all];
    const faults: string[] = [];
    const worker = async (_: unknown, index: number) => {
      for (let next = waiting.pop(); next; next = waiting.pop())
        faults.push(...(await faultsOf(next, join(folder, `${index}.env`))));
    };
    await Promise.all(Array.from({ length: 2 * availableParallelism() }, worker));
    assert.deepEqual(faults, []);
  });

  it('are all of use', () => {
    const chosen = new Set(all.flatMap(({ plan }) => plan.files.map((file) => basename(file))));
    const there = readdirSync(join(projectRoot, 'compose')).filter((name) => name.endsWith('.yaml'));
    // The one that all services extend is no part of any stack; those of a swarm have a test of their own.
    const others = /^hardened\.yaml$|^swarm/;
    assert.deepEqual([...chosen].sort(), there.filter((name) => !others.test(name)).sort());
  });
});
