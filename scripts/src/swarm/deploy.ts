import { Listr } from 'listr2';
import { messageOf } from '../../../app/src/errors.js';
import { assertSecrets } from '../operator-settings.js';
import { progress } from '../stack/progress.js';
import { type Steps, type SwarmDeployment, stepsOf } from './deploy-steps.js';
import { bringBack } from './services.js';

/**
 * Releases to a swarm: instances are replaced one at a time, each new one healthy before the old one sends its sockets
 * away, and a WebSocket is used through a proxy in the end. What fails goes back to what ran before.
 * @throws HermesError why it failed
 */
export async function deploySwarm(deployment: SwarmDeployment): Promise<void> {
  assertSecrets(deployment.loaded);
  const context = {} as Steps;
  try {
    await new Listr<Steps, 'default', 'simple'>(stepsOf(deployment), progress).run(context);
  } catch (error) {
    if (context.started)
      await bringBack(deployment.engine, context.plan.name, context.before).catch((why) =>
        process.stderr.write(`what ran before could not be brought back: ${messageOf(why)}\n`),
      );
    throw error;
  }
}
