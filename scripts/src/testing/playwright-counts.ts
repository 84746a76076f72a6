import type { JSONReport, JSONReportSuite } from '@playwright/test/reporter';
import type { Counts, Failure } from './run-suite.js';

/** Counts and failures from the report that Playwright's `json` reporter writes. */
export function playwrightCounts({ stats, errors, suites }: JSONReport): Counts & { failures: Failure[] } {
  const { expected, flaky, unexpected, skipped } = stats;
  return {
    passed: expected + flaky,
    failed: unexpected + errors.length,
    skipped,
    failures: [
      ...errors.map(({ message = '' }) => ({ title: 'playwright', message })),
      ...suites.flatMap((suite) => failuresOf(suite, [])),
    ],
  };
}

function failuresOf(suite: JSONReportSuite, above: readonly string[]): Failure[] {
  const path = [...above, suite.title];
  const own = suite.specs.flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected')
      .map(({ projectName, results }) => ({
        title: [projectName, ...path, title].join(' '),
        message: results.at(-1)?.error?.message ?? '',
      })),
  );
  return [...own, ...(suite.suites ?? []).flatMap((inner) => failuresOf(inner, path))];
}
