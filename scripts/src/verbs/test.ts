import { stripVTControlCharacters } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { messageOf } from '../../../app/src/errors.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { exitCode } from '../exit-code.js';
import { ensureTool } from '../packages/install.js';
import { ensureTraefik } from '../packages/traefik.js';
import { type Counts, type Result, runSuite } from '../testing/run-suite.js';
import { type Suite, type SuiteName, suites, turnsOf } from '../testing/suites.js';

/** `hermes test`: installs what the suites need, runs them, and ends with `N passed, N failed, N skipped`. */
export function testVerb(): Command {
  return new Command('test')
    .description('install what the tests need, and run them')
    .option('--suite <name>', `one of ${Object.keys(suites).join(', ')}; make: SUITE=`, suiteName)
    .action(async (options: { suite?: SuiteName }) => {
      const root = projectRoot;
      const say = (line: string) => void process.stderr.write(`${line}\n`);
      const names = options.suite ? [options.suite] : (Object.keys(suites) as SuiteName[]);
      for (const tool of new Set(names.flatMap((name) => suites[name].tools))) {
        await ensureTool(tool, say);
      }
      // Where it cannot be had, the tests that need it fail and say why; the others run.
      if (names.some((name) => (suites[name] as Suite).traefik))
        await ensureTraefik(say).catch((error) => say(messageOf(error)));
      const all: (Result & { readonly name: SuiteName })[] = [];
      for (const [name, ...others] of turnsOf(names)) {
        process.stdout.write(`\n${[name, ...others].join(', with ')}\n`);
        const [own, ...rest] = await Promise.all([
          runSuite(root, suites[name], 'shown'),
          ...others.map((other) => runSuite(root, suites[other], 'kept')),
        ]);
        all.push({ name, ...own });
        for (const [index, result] of rest.entries()) {
          const other = others[index] as SuiteName;
          process.stdout.write(`\n${other}\n${result.output ?? ''}\n`);
          all.push({ name: other, ...result });
        }
      }
      const sum = (key: keyof Counts) => all.reduce((total, { counts }) => total + counts[key], 0);
      const failed = sum('failed');
      for (const { report } of all) if (report) process.stdout.write(`\n${report}`);
      process.stdout.write(`\n${all.map(({ name, seconds }) => `${name} ${seconds} s`).join(', ')}\n`);
      // Once more, where a reader of the end finds it: the full text stands above, in its suite.
      for (const { title, message } of all.flatMap(({ failures }) => failures))
        process.stdout.write(`failed: ${title}\n  ${firstLines(message)}\n`);
      process.stdout.write(`\n${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped\n`);
      if (failed > 0) process.exitCode = exitCode.failure;
    });
}

function firstLines(message: string): string {
  return stripVTControlCharacters(message).split('\n').slice(0, 6).join('\n  ').slice(0, 600);
}

function suiteName(text: string): SuiteName {
  if (Object.hasOwn(suites, text)) return text as SuiteName;
  throw new InvalidArgumentError(`This version has the suites ${Object.keys(suites).join(', ')}.`);
}
