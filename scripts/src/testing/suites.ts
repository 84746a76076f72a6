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
  /** It mostly waits, and runs while this one does where both are to be run. */
  readonly beside?: string;
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
      'scripts/test/!(acme|compose|deploy|docs|doctor|provision|swarm|tls)/**/*.test.ts',
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
    tools: ['nginx', 'redis-server', 'openssl', 'curl', 'python3'],
    traefik: true,
    beside: 'acme',
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
  // The same, but it takes images of that engine only, for engines of its own.
  swarm: {
    runner: 'mocha',
    files: [
      'scripts/test/swarm/rolling-update.test.ts',
      'scripts/test/swarm/!(rolling-update).test.ts',
      'scripts/test/swarm/*/*.test.ts',
    ],
    tools: ['openssl', 'curl', 'sshd', 'python3', 'go', 'ip'],
    jobs,
  },
  doctor: {
    runner: 'mocha',
    files: ['scripts/test/doctor/**/*.test.ts'],
    tools: ['nginx', 'openssl', 'python3', 'redis-server', 'mosquitto', 'named', 'faketime', 'sshd'],
    jobs,
  },
  chaos: {
    runner: 'mocha',
    files: ['app/test/chaos/**/*.test.ts'],
    tools: ['nginx', 'redis-server', 'mosquitto', 'openssl', 'python3'],
  },
} as const satisfies Record<string, Suite>;

export type SuiteName = keyof typeof suites;

/** The suites in the order in which they run: each with those that run while it does. */
export function turnsOf(names: readonly SuiteName[]): (readonly [SuiteName, ...SuiteName[]])[] {
  const hostOf = (name: SuiteName) => names.find((other) => other === (suites[name] as Suite).beside);
  return names
    .filter((name) => !hostOf(name))
    .map((name) => [name, ...names.filter((other) => hostOf(other) === name)]);
}
