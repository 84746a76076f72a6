import { Listr } from 'listr2';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import { assertSecrets } from '../operator-settings.js';
import { progress } from '../stack/progress.js';
import { lastWords } from './last-words.js';
import { forgetRelease, servingOf } from './releases.js';
import type { Changing, Step, Steps } from './roll-out-steps.js';
import { bringBack } from './services.js';

/**
 * Changes what a swarm runs: instances are replaced one at a time, each new one healthy before the old one sends its
 * sockets away, and a WebSocket is used through the proxies in the end. What fails goes back to what ran before, and what
 * the new instances had to say is shown.
 * @throws HermesError why it failed
 */
export async function changeSwarm(changing: Changing, steps: Step[]): Promise<void> {
  assertSecrets(changing.loaded);
  const context = {} as Steps;
  try {
    await new Listr<Steps, 'default', 'simple'>(steps, progress).run(context);
  } catch (error) {
    if (context.started) await undo(changing, context);
    throw error;
  }
  const { current, previous } = servingOf(context.after);
  const way = previous ? `; make rollback ENGINE=swarm leads back to ${previous}` : '';
  process.stdout.write(`\n${current} serves${way}.\n`);
}

async function undo({ engine, interrupted }: Changing, context: Steps): Promise<void> {
  const { stack, release, before, isNew } = context;
  if (!interrupted.aborted) process.stderr.write(await lastWords(engine, stack).catch(() => ''));
  try {
    await bringBack(engine, stack, before);
    if (isNew && before.length > 0) await forgetRelease(engine, stack, release.id);
  } catch (why) {
    const fault = why instanceof HermesError ? why.toText() : messageOf(why);
    process.stderr.write(`what ran before could not be brought back: ${fault}\n`);
  }
}
