import { imageGone, targetIn } from '../deploy/target.js';
import { ask } from './engine.js';
import { hasRegistry, nodesOf } from './nodes.js';
import { releasesOf, servingOf } from './releases.js';
import { type Changing, rollOutSteps, type Step } from './roll-out-steps.js';
import { servicesOf } from './services.js';

/** @param to the release, by its name or a part of it; absent: the one before */
export function rollbackSteps(changing: Changing, to: string | undefined): Step[] {
  const { engine, loaded } = changing;
  return [
    {
      title: 'Release',
      task: async (context, task) => {
        const stack = loaded.settings.COMPOSE_PROJECT;
        const nodes = await nodesOf(engine);
        const serving = servingOf(await servicesOf(engine, stack));
        const release = targetIn(await releasesOf(engine, stack), serving, to, 'ENGINE=swarm HOST=…');
        if (!hasRegistry(release.image))
          await ask(engine, ['image', 'inspect', '--format', '{{.Id}}', release.image]).catch(() => {
            throw imageGone(release, 'ENGINE=swarm HOST=…');
          });
        Object.assign(context, { stack, nodes, release, isNew: false, secrets: {}, configs: {} });
        task.title = `Release: from ${serving.current} back to ${release.id}`;
      },
    },
    ...rollOutSteps(changing),
  ];
}
