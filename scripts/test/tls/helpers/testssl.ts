import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { unpackDebianPackage } from '../../../src/packages/debian-suite.js';
import { findExecutable } from '../../../src/packages/find.js';
import { ensureTool } from '../../../src/packages/install.js';
import { keptFolder } from '../../../src/packages/kept-folder.js';

/** One line of the report of testssl.sh. */
export interface Finding {
  readonly id: string;
  /** Such as `OK`, `INFO`, `LOW`, `MEDIUM`, `HIGH`, `CRITICAL`, or `WARN` where it could not look. */
  readonly severity: string;
  readonly finding: string;
}

export interface TestsslProgram {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Tools that it calls, and cannot do without. It looks for one that asks DNS though it is told to ask nothing. */
const needed = ['openssl', 'hexdump', 'ps', 'host'] as const;

/**
 * testssl.sh 3.2: the one that TESTSSL names, else Debian trixie's, unpacked into the user's cache. Undefined, with the
 * reason on standard error, where it cannot be had; tests then skip.
 */
export async function testsslProgram(): Promise<TestsslProgram | undefined> {
  if (process.env.TESTSSL) return { path: process.env.TESTSSL, env: {} };
  try {
    if (!findExecutable('bash')) throw new Error('it needs bash');
    for (const tool of needed) await ensureTool(tool, () => {});
    const folder = await keptFolder('testssl', (draft) =>
      unpackDebianPackage({ suite: 'trixie', name: 'testssl.sh', closure: false }, draft),
    );
    const root = join(folder, 'root');
    return { path: join(root, 'usr/bin/testssl'), env: { TESTSSL_INSTALL_DIR: join(root, 'etc/testssl') } };
  } catch (error) {
    process.stderr.write(
      `\n!!! no testssl.sh, so its tests are SKIPPED; set TESTSSL to it\n!!! ${error}\n\n`,
    );
    return undefined;
  }
}

/**
 * All checks but two that grade nothing and take long: the simulation of clients, and the walk over the
 * server's order of suites, which is the client's here on purpose.
 */
const checks = ['-p', '-s', '-f', '-S', '-h', '-U'];

/** Examines a server on this machine by its name `localhost`. @param ca PEM to trust */
export async function examine({ path, env }: TestsslProgram, port: number, ca: string): Promise<Finding[]> {
  // It cannot cope with a space in a path.
  const folder = mkdtempSync(join(tmpdir(), 'hermes-testssl-'));
  const report = join(folder, 'report.json');
  try {
    const quiet = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'min'];
    const place = ['--ip', '127.0.0.1', '--add-ca', ca, '--jsonfile', report, `localhost:${port}`];
    const options = { env, stdin: 'ignore', reject: false, all: true } as const;
    const { all } = await execa('bash', [path, ...quiet, ...checks, ...place], options);
    try {
      return JSON.parse(readFileSync(report, 'utf8'));
    } catch (cause) {
      throw new Error(`testssl.sh gave no report: ${all}`, { cause });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
