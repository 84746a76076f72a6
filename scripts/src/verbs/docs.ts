import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { HermesError } from '../../../app/src/errors.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { generatedPages } from '../docs-reference/pages.js';

/** `hermes docs`: writes the pages that are generated; with `--check`, only says whether they are up to date. */
export function docsVerb(): Command {
  return new Command('docs')
    .description('write the generated pages and .env.example')
    .option('--check', 'fail when one of them is not up to date')
    .action((options) => {
      const root = projectRoot;
      const stale = Object.entries(generatedPages()).filter(
        ([name, content]) => read(join(root, name)) !== content,
      );
      if (options.check && stale.length > 0) {
        const names = stale.map(([name]) => name).join(', ');
        throw new HermesError(
          'stale-pages',
          `not up to date: ${names}`,
          'run `make docs` and commit the result',
        );
      }
      for (const [name, content] of stale) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), content);
        process.stdout.write(`wrote ${name}\n`);
      }
    });
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
