/** One check of the sources: a command whose exit status is its verdict. */
export interface Linter {
  readonly title: string;
  /** `npx`: from node_modules; `python`: from the virtual environment of linters; `hermes`: our own. */
  readonly from: 'npx' | 'python' | 'hermes';
  readonly command: readonly string[];
  /** Tracked files to append, as git pathspecs; the check is left out when there are none. */
  readonly files?: readonly string[];
}

/** Plugins of gixy whose finding does not hold here, and why. */
const gixySkips = {
  host_spoofing: 'a Host that is not one of ours is turned away before, and the app compares it with Origin',
  proxy_buffering_off: 'frames must not wait in a buffer; what one socket may hold up is bounded by the app',
  ssl_ecdh_curve: 'the post-quantum group is chosen by the version of OpenSSL',
  stale_dns_cache: 'the app is an address; the name is in a rendered example only',
  worker_rlimit_nofile_vs_connections: 'connections to the app are counted in worker_connections already',
} as const;

export const linters: readonly Linter[] = [
  {
    title: 'Format, lint and imports (Biome)',
    from: 'npx',
    command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'],
  },
  { title: 'Types (TypeScript)', from: 'npx', command: ['tsc', '-p', 'tsconfig.json'] },
  {
    title: 'Types of the console page',
    from: 'npx',
    command: ['tsc', '-p', 'app/src/console/jsconfig.json'],
  },
  { title: 'Prose (markdownlint)', from: 'npx', command: ['markdownlint-cli2'], files: ['*.md'] },
  {
    title: 'Shell (shellcheck)',
    from: 'python',
    command: ['shellcheck'],
    files: ['*.sh', '.ci/run', 'certbot/hooks/*'],
  },
  { title: 'YAML (yamllint)', from: 'python', command: ['yamllint', '--strict'], files: ['*.yml', '*.yaml'] },
  {
    title: 'Nginx (gixy)',
    from: 'python',
    command: ['gixy', '--skips', Object.keys(gixySkips).join()],
    files: ['scripts/test/golden/**/nginx.conf'],
  },
  { title: 'Generated pages', from: 'hermes', command: ['docs', '--check'] },
];
