import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { containerGroup } from '../containers/group.js';
import { releaseId } from '../deploy/site.js';
import { assertSecrets } from '../operator-settings.js';
import type { SwarmDeployment } from './deploy-steps.js';
import { localEngine } from './engine.js';
import { assertReachable, assertShared, nodesOf } from './nodes.js';
import { planSwarm } from './plan.js';
import { servicesOf } from './services.js';
import { memoryOf } from './stack-files.js';

/** What a deploy would do, for the operator; nothing is touched. @throws HermesError why it would fail */
export async function tellSwarm({ project, loaded, engine, wanted }: SwarmDeployment): Promise<void> {
  const { settings } = loaded;
  assertSecrets(loaded);
  const { image } = wanted;
  const nodes = await nodesOf(engine);
  assertReachable(image, nodes.length);
  if (settings.TLS !== 'off') assertShared(settings.SWARM_CERTS, nodes.length, engine === localEngine);
  const compose = join(projectRoot, 'compose');
  const memory = memoryOf(settings.STAGE);
  const plan = planSwarm(project, loaded, {
    compose,
    image,
    release: releaseId(new Date(), image),
    gid: containerGroup(),
    memory,
  });
  const runs = await servicesOf(engine, plan.name);
  const lines = [
    `stack     ${plan.name}, on a swarm of ${nodes.length} node${nodes.length === 1 ? '' : 's'}`,
    `now       ${runs.map(({ Spec }) => Spec.Name).join(', ') || 'nothing'}`,
    `app       ${settings.APP_REPLICAS} × ${image}, one at a time`,
    `secrets   ${Object.keys(plan.secrets).join(', ')}`,
    `files     ${plan.files.join(' ')}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
