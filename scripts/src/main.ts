import { Command, CommanderError } from 'commander';
import { HermesError, messageOf } from '../../app/src/errors.js';
import { partSettings } from './command-line.js';
import { exitCode } from './exit-code.js';
import { verbs } from './verbs/index.js';

const program = new Command('hermes')
  .description('WebSockets behind TLS: start, watch, certify and deploy Monitor Hermes.')
  .usage('<verb> [options] [SETTING=value …]')
  .showHelpAfterError('→ `npx hermes <verb> --help` tells the options; `make` tells the variables')
  .exitOverride();
for (const verb of verbs) program.addCommand(verb().copyInheritedSettings(program));

try {
  await program.parseAsync(partSettings(process.argv.slice(2)).others, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its help or the misuse already.
    process.exitCode = error.exitCode === 0 ? exitCode.success : exitCode.misuse;
  } else {
    process.stderr.write(`${error instanceof HermesError ? error.toText() : messageOf(error)}\n`);
    process.exitCode = exitCode.failure;
  }
}
