import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { table } from '../../../app/src/settings/table.js';
import type { Suite } from './suites.js';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Result {
  readonly counts: Counts;
  /** What the suite wants to be read at the end of the run, besides its counts; lines. */
  readonly report?: string;
}

/** Runs a suite with its output shown. A runner that ends without a result counts as one failure. */
export async function runSuite(root: string, suite: Suite): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-counts-'));
  const counts = join(folder, 'counts.json');
  const report = join(folder, 'report.txt');
  try {
    const options = {
      cwd: root,
      stdio: 'inherit',
      reject: false,
      env: environment(counts, report),
      extendEnv: false,
    } as const;
    const { exitCode } = await execa('npx', ['--no-install', ...arguments_(suite)], options);
    const result = read(counts, suite.runner);
    return {
      counts: exitCode !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result,
      ...(existsSync(report) && { report: readFileSync(report, 'utf8') }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function arguments_({ runner, files }: Suite): string[] {
  return runner === 'mocha'
    ? ['mocha', '--reporter', './app/test/counting-reporter.cjs', ...files]
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

function read(path: string, runner: Suite['runner']): Counts {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8'));
    if (runner === 'mocha') return content;
    const { expected, flaky, unexpected, skipped } = content.stats;
    return { passed: expected + flaky, failed: unexpected + content.errors.length, skipped };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
