/** One check of the sources: a command whose exit status is its verdict. */
export interface Linter {
  readonly title: string;
  /** `npx`: from node_modules; `python`: from the virtual environment of linters; `hermes`: our own. */
  readonly from: 'npx' | 'python' | 'hermes';
  readonly command: readonly string[];
  /** Tracked files to append, as git pathspecs; the check is left out when there are none. */
  readonly files?: readonly string[];
}

export const linters: readonly Linter[] = [
  {
    title: 'Format, lint and imports (Biome)',
    from: 'npx',
    command: ['biome', 'ci', '--error-on-warnings', '.'],
  },
  { title: 'Types (TypeScript)', from: 'npx', command: ['tsc', '-p', 'tsconfig.json'] },
  {
    title: 'Types of the console page',
    from: 'npx',
    command: ['tsc', '-p', 'app/src/console/jsconfig.json'],
  },
  { title: 'Prose (markdownlint)', from: 'npx', command: ['markdownlint-cli2'], files: ['*.md'] },
  { title: 'Shell (shellcheck)', from: 'python', command: ['shellcheck'], files: ['*.sh', '.ci/run'] },
  { title: 'YAML (yamllint)', from: 'python', command: ['yamllint', '--strict'], files: ['*.yml', '*.yaml'] },
  {
    title: 'Nginx (gixy)',
    from: 'python',
    command: ['gixy', '--level'],
    files: ['scripts/test/golden/**/nginx.conf'],
  },
  { title: 'Generated pages', from: 'hermes', command: ['docs', '--check'] },
];
