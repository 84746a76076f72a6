import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { table } from '../../../app/src/settings/table.js';
import { playwrightCounts } from './playwright-counts.js';
import type { Suite } from './suites.js';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Failure {
  readonly title: string;
  /** What the runner said of it; lines. */
  readonly message: string;
}

export interface Result {
  readonly counts: Counts;
  readonly failures: readonly Failure[];
  /** Wall-clock seconds. */
  readonly seconds: number;
  /** What the suite wants to be read at the end of the run, besides its counts; lines. */
  readonly report?: string;
  /** What it printed, where that was to be kept. */
  readonly output?: string;
}

/**
 * Runs a suite. A runner that ends without a result counts as one failure.
 * @param printed whether its output is shown at once, or kept for later, as another suite is being shown
 */
export async function runSuite(root: string, suite: Suite, printed: 'shown' | 'kept'): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-counts-'));
  const counts = join(folder, 'counts.json');
  const report = join(folder, 'report.txt');
  try {
    const options = {
      cwd: root,
      ...(printed === 'shown' ? shown : kept),
      reject: false,
      env: environment(counts, report),
      extendEnv: false,
    } as const;
    const began = performance.now();
    const { exitCode, all } = await execa('npx', ['--no-install', ...arguments_(suite)], options);
    const { failures, ...result } = read(counts, suite.runner);
    return {
      counts: exitCode !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result,
      failures,
      seconds: Math.round((performance.now() - began) / 1000),
      ...(existsSync(report) && { report: readFileSync(report, 'utf8') }),
      ...(all !== undefined && { output: String(all) }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const shown = { stdio: 'inherit' } as const;
const kept = { stdin: 'ignore', all: true, maxBuffer: 2 ** 28 } as const;

function arguments_({ runner, files, jobs }: Suite): string[] {
  const parallel = jobs ? ['--parallel', '--jobs', String(jobs)] : [];
  return runner === 'mocha'
    ? ['mocha', ...parallel, '--reporter', './app/test/counting-reporter.cjs', ...files]
    : ['playwright', 'test', '--config', ...files, '--reporter=list,json'];
}

/** Tests choose their settings themselves: what the operator has set must not change them. */
function environment(counts: string, report: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !(key in table) && !/^(MAKE|MFLAGS)/.test(key));
  return {
    ...Object.fromEntries(kept),
    HERMES_TEST_COUNTS: counts,
    HERMES_TEST_REPORT: report,
    PLAYWRIGHT_JSON_OUTPUT_FILE: counts,
  };
}

function read(path: string, runner: Suite['runner']): Counts & { failures: Failure[] } {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8'));
    return runner === 'mocha' ? content : playwrightCounts(content);
  } catch {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [{ title: runner, message: 'it ended without a result' }],
    };
  }
}
