import { join } from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { exitCode } from '../exit-code.js';
import { type Linter, linters } from '../linting/linters.js';
import { ensurePythonTools } from '../packages/python-tools.js';

/** `hermes check`: runs every linter, shows what each complains of, and fails if any did. */
export function checkVerb(): Command {
  return new Command('check').description('run every linter').action(async () => {
    const root = projectRoot;
    const python = await ensurePythonTools((line) => process.stderr.write(`${line}\n`));
    for (const linter of linters) {
      const files = linter.files && (await trackedFiles(root, linter.files));
      if (files?.length === 0) continue;
      const [command, ...args] = commandOf(linter, root, python);
      const result = await execa(command, [...args, ...(files ?? [])], {
        cwd: root,
        env: { NO_COLOR: '1', FORCE_COLOR: undefined },
        all: true,
        reject: false,
      });
      process.stdout.write(`${result.failed ? '✖' : '✔'} ${linter.title}\n`);
      if (!result.failed) continue;
      process.stdout.write(`${result.all}\n`);
      process.exitCode = exitCode.failure;
    }
  });
}

function commandOf({ from, command }: Linter, root: string, python: string): [string, ...string[]] {
  if (from === 'npx') return ['npx', '--no-install', ...command];
  if (from === 'hermes') return [process.execPath, join(root, 'scripts/hermes.js'), ...command];
  return [join(python, command[0] ?? ''), ...command.slice(1)];
}

/** Files that git tracks, or would: those that are not ignored. */
async function trackedFiles(root: string, patterns: readonly string[]): Promise<string[]> {
  const listing = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  const { stdout } = await execa('git', listing, { cwd: root });
  return stdout.split('\n').filter(Boolean);
}
