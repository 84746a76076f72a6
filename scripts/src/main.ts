import { Command, CommanderError } from 'commander';
import { HermesError, messageOf } from '../../app/src/errors.js';
import { partSettings } from './command-line.js';
import { exitCode } from './exit-code.js';
import { sayIfUnfinished } from './unfinished.js';
import { verbs } from './verbs/index.js';

sayIfUnfinished();

const program = new Command('hermes')
  .description('WebSockets behind TLS: start, watch, certify and deploy Monitor Hermes.')
  .usage('<verb> [options] [SETTING=value …]')
  .showHelpAfterError('→ `npx hermes <verb> --help` tells the options; `make` tells the variables')
  .exitOverride();

try {
  const words = partSettings(process.argv.slice(2)).others;
  for (const load of wanted(words[0])) program.addCommand((await load()).copyInheritedSettings(program));
  await program.parseAsync(words, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its help or the misuse already.
    process.exitCode = error.exitCode === 0 ? exitCode.success : exitCode.misuse;
  } else {
    process.stderr.write(`${textOf(error)}\n`);
    process.exitCode = exitCode.failure;
  }
}

function textOf(error: unknown): string {
  if (error instanceof HermesError) return error.toText();
  // Wherever that happens.
  const full = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC';
  return full ? 'no space is left on the disk\n  → make room, and run this again' : messageOf(error);
}

/** The verb that was typed; all of them where it is none of ours, so that the help can list them. */
function wanted(verb = ''): (() => Promise<Command>)[] {
  return Object.hasOwn(verbs, verb) ? [verbs[verb as keyof typeof verbs]] : Object.values(verbs);
}
