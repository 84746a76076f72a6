import { ask, type SwarmEngine } from './engine.js';
import type { SwarmPlan } from './plan.js';

/**
 * The files of a plan as one, with their variables filled in, as it is deployed, kept, and gone back to.
 * @throws HermesError `swarm-failed`, where the files cannot be read as a stack
 */
export async function stackText(engine: SwarmEngine, { files, variables }: SwarmPlan): Promise<string> {
  const words = ['stack', 'config', ...files.flatMap((file) => ['-c', file])];
  // What is left of variables is meant as it stands, and would be filled in when this is read again.
  return (await ask(engine, words, { variables })).replaceAll('$', '$$$$');
}
