import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { ensureTool } from '../../../src/packages/install.js';
import { keptFolder } from '../../../src/packages/kept-folder.js';
import { python2, unpackPython2 } from './python2.js';

/** What became of one case, in the words of the suite: `OK`, `NON-STRICT`, `INFORMATIONAL`, `FAILED` and others. */
export interface CaseResult {
  readonly id: string;
  readonly behavior: string;
  /** Of the closing handshake. */
  readonly behaviorClose: string;
}

/** A folder with the suite and the interpreter that it runs on. */
export type Autobahn = string;

const here = (name: string) => fileURLToPath(new URL(`autobahn/${name}`, import.meta.url));

/**
 * Autobahn|Testsuite 25.10.1 and the Python 2.7 that it needs, from the user's cache. Undefined, with the reason on
 * standard error, where they cannot be had; tests then skip.
 */
export async function autobahn(): Promise<Autobahn | undefined> {
  try {
    return await keptFolder('autobahn-25.10.1', install);
  } catch (error) {
    process.stderr.write(`\n!!! no Autobahn|Testsuite, so its tests are SKIPPED\n!!! ${error}\n\n`);
    return undefined;
  }
}

/** Packages come by this machine's pip, for the other Python; of those without a wheel the sources are all there is to. */
async function install(folder: string): Promise<void> {
  await unpackPython2(folder);
  const venv = join(folder, 'venv');
  await execa(await ensureTool('python3', () => {}), ['-m', 'venv', venv]);
  const pip = (...args: string[]) =>
    execa(join(venv, 'bin/python'), ['-m', 'pip', '--quiet', '--disable-pip-version-check', ...args]);
  const pinned = ['--no-deps', '--require-hashes'];
  const packages = join(folder, 'packages');
  const abi = ['--python-version', '27', '--implementation', 'cp', '--abi', 'cp27mu'];
  const platforms = ['--platform', 'manylinux1_x86_64', '--platform', 'manylinux2010_x86_64'];
  const wheels = [
    '--only-binary',
    ':all:',
    '--ignore-requires-python',
    ...abi,
    ...platforms,
    '--no-compile',
    '--target',
    packages,
  ];
  await pip('install', ...pinned, ...wheels, '-r', here('wheels.txt'));
  const sources = join(folder, 'sources');
  await pip('download', ...pinned, '--no-binary', ':all:', '--dest', sources, '-r', here('sources.txt'));
  for (const archive of readdirSync(sources)) {
    const name = archive.slice(0, archive.indexOf('-'));
    const inside = archive.replace(/\.tar\.gz$/, `/${name}`);
    await execa('tar', ['-xzf', join(sources, archive), '-C', packages, '--strip-components=1', inside]);
  }
  for (const used of [venv, sources]) await rm(used, { recursive: true });
}

/** The server under test. */
export interface Fuzzed {
  /** A socket that sends everything back, such as `wss://localhost:8443/ws`. */
  readonly url: string;
  /** File of the CA that is trusted, the only one. */
  readonly caFile: string;
}

/** Seconds that the suite's own protocol waits for a handshake, for a close, and for the end of the connection. */
const patience = { openHandshakeTimeout: 60, closeHandshakeTimeout: 60, serverConnectionDropTimeout: 60 };

/**
 * Runs cases of the suite against a server, one after the other, the certificate verified.
 * @param excluded patterns such as `9.1.*`
 */
export async function fuzz(
  program: Autobahn,
  { url, caFile }: Fuzzed,
  cases: readonly string[],
  excluded: readonly string[],
): Promise<CaseResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-autobahn-'));
  const spec = join(folder, 'spec.json');
  const { hostname } = new URL(url);
  try {
    writeFileSync(
      spec,
      JSON.stringify({
        outdir: folder,
        options: patience,
        servers: [{ agent: 'hermes', url, hostname }],
        cases,
        'exclude-cases': excluded,
        'exclude-agent-cases': {},
      }),
    );
    const args = [here('fuzzing_client.py'), join(program, 'packages'), spec];
    const { all } = await execa(join(program, python2), args, {
      all: true,
      reject: false,
      env: { SSL_CERT_FILE: caFile },
    });
    return read(join(folder, 'index.json'), all);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(report: string, said: string): CaseResult[] {
  try {
    const { hermes } = JSON.parse(readFileSync(report, 'utf8'));
    const cases = Object.entries<Omit<CaseResult, 'id'>>(hermes);
    return cases.map(([id, { behavior, behaviorClose }]) => ({ id, behavior, behaviorClose }));
  } catch (cause) {
    throw new Error(`the suite gave no report: ${said.slice(-2_000)}`, { cause });
  }
}
