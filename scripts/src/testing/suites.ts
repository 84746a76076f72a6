import type { ToolName } from '../packages/tools.js';

/** One kind of tests: who runs it, and which tools of the system it needs. */
export interface Suite {
  readonly runner: 'mocha' | 'playwright';
  /** Globs for Mocha; the project's configuration for Playwright. */
  readonly files: readonly string[];
  readonly tools: readonly ToolName[];
  /** It needs Traefik, which may have to be built. */
  readonly traefik?: boolean;
  /** How many files of Mocha run beside each other; absent: one after the other. */
  readonly jobs?: number;
}

/** Files that mostly wait, for servers and for certificates, and share nothing but the machine. */
const jobs = 2;

export const suites = {
  unit: { runner: 'mocha', files: ['app/test/*.test.ts', 'app/test/unit/**/*.test.ts'], tools: [] },
  integration: {
    runner: 'mocha',
    files: [
      // Those of minutes first: what is left in the end is short, and keeps every job busy.
      'scripts/test/{docs,tls}/**/*.test.ts',
      'app/test/integration/**/*.test.ts',
      'scripts/test/!(acme|compose|deploy|docs|provision|swarm|tls)/**/*.test.ts',
    ],
    tools: [
      'nginx',
      'redis-server',
      'mosquitto',
      'openssl',
      'curl',
      'python3',
      'chromium',
      'firefox',
      'certutil',
      'host',
      'hexdump',
      'ps',
      'sshd',
    ],
    traefik: true,
    jobs,
  },
  contract: {
    runner: 'mocha',
    files: ['app/contract/*.test.ts'],
    tools: ['nginx', 'openssl', 'curl', 'python3'],
    traefik: true,
  },
  e2e: {
    runner: 'playwright',
    files: ['app/e2e/playwright.config.ts'],
    tools: ['nginx', 'chromium', 'certutil'],
    traefik: true,
  },
  acme: {
    runner: 'mocha',
    // The longest first, beside which the others run.
    files: [
      'scripts/test/acme/traefik-own-renewals.test.ts',
      'scripts/test/acme/!(traefik-own-renewals).test.ts',
    ],
    tools: ['nginx', 'openssl', 'python3', 'named', 'faketime', 'go'],
    traefik: true,
    jobs,
  },
  // It also needs a Docker engine; where none answers, all of it is skipped.
  compose: {
    runner: 'mocha',
    files: ['scripts/test/compose/letsencrypt.test.ts', 'scripts/test/compose/!(letsencrypt).test.ts'],
    tools: ['openssl', 'curl', 'python3', 'named', 'go'],
    jobs,
  },
  // The same holds for this one.
  deploy: {
    runner: 'mocha',
    files: ['scripts/test/{deploy,provision}/**/*.test.ts'],
    tools: ['openssl', 'curl', 'sshd', 'python3', 'go'],
    jobs,
  },
  // Of its own: an engine that leaves a swarm answers no names to the containers of others.
  swarm: {
    runner: 'mocha',
    files: ['scripts/test/swarm/**/*.test.ts'],
    tools: ['openssl', 'curl', 'sshd', 'python3', 'go'],
  },
  chaos: {
    runner: 'mocha',
    files: ['app/test/chaos/**/*.test.ts'],
    tools: ['nginx', 'redis-server', 'mosquitto', 'openssl', 'python3'],
  },
} as const satisfies Record<string, Suite>;

export type SuiteName = keyof typeof suites;
