import { ask, type SwarmEngine } from './engine.js';
import { failedTasks, servicesOf } from './services.js';

/** Lines of a task that matter. */
const lines = 8;

/** Why tasks of a stack failed last, and what they said before: one for each service; empty where none has failed. */
export async function lastWords(engine: SwarmEngine, stack: string): Promise<string> {
  const told: string[] = [];
  for (const { ID } of await servicesOf(engine, stack)) {
    const [task] = await failedTasks(engine, ID);
    if (!task) continue;
    told.push(`${task.Name}: ${task.Error || task.CurrentState}`);
    const said = await ask(engine, ['service', 'logs', '--raw', '--tail', `${lines}`, task.ID], {
      merged: true,
    }).catch(() => '');
    told.push(...said.split('\n').filter(Boolean));
  }
  return told.map((line) => `${line}\n`).join('');
}
