import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { ensurePythonPrograms } from '../../../src/packages/virtual-environment.js';

/** The schemas of every release of Kubernetes are in it. */
const requirement = 'kubernetes-validate==1.37.0';
const release = '1.37';

/** Its resource definitions, and with them what may be in an Issuer and in a Certificate. */
const certManager = 'github.com/cert-manager/cert-manager@v1.17.2';

// biome-ignore lint/suspicious/noExplicitAny: tests reach into them
export type Manifest = any;

export interface Verdict {
  readonly documents: readonly Manifest[];
  readonly faults: readonly string[];
}

/** @param files absolute */
export async function validate(...files: string[]): Promise<Verdict> {
  const [python, definitions] = await Promise.all([validator(), definitionsOf(certManager)]);
  const program = join(projectRoot, 'scripts/test/swarm/kubernetes/validate.py');
  const { stdout } = await execa(python, [program, release, definitions, ...files]);
  return JSON.parse(stdout);
}

/** The one document of a file. */
export async function readYaml(file: string): Promise<Manifest> {
  const program =
    'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1], encoding="utf-8"))))';
  return JSON.parse((await execa(await validator(), ['-c', program, file])).stdout);
}

async function validator(): Promise<string> {
  const folder = await ensurePythonPrograms(
    { name: 'kubernetes', title: requirement, installs: [[requirement]] },
    () => {},
  );
  return join(folder, 'python');
}

/** Go checks what it downloads against its public database of checksums, and keeps it. */
async function definitionsOf(module: string): Promise<string> {
  const { stdout } = await execa('go', ['mod', 'download', '-json', module], { cwd: '/' });
  return join(JSON.parse(stdout).Dir, 'deploy/crds');
}
