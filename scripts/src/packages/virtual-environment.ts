import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';
import { ensureTool } from './install.js';

/** Programs from PyPI, in a Python environment of their own. */
export interface PythonPrograms {
  /** Of the folder in the user's cache, which all checkouts share. */
  readonly name: string;
  /** What the operator is told of them. */
  readonly title: string;
  /** Arguments of `pip install`, one list for each run of it; when they change, the environment is made anew. */
  readonly installs: readonly (readonly string[])[];
  /** Folder that paths in the arguments start from, so that they are the same in every checkout. */
  readonly from?: string;
  /** Content of the files that the arguments name. */
  readonly inputs?: string;
}

/**
 * Installs them where they are missing.
 * @returns the folder of their executables
 * @throws HermesError `install-failed`, and those of `ensureTool`
 */
export async function ensurePythonPrograms(
  { name, title, installs, from = '.', inputs = '' }: PythonPrograms,
  say: (line: string) => void,
): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const version = createHash('sha256')
    .update(JSON.stringify([installs, inputs]))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, 'monitor-hermes', `${name}-${version}`);
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return join(folder, 'bin');
  const python = await ensureTool('python3', say);
  say(`installing ${title}`);
  try {
    // What another run left half done is of no use; the executables hold their own path, so nothing can be moved here.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await execa(python, ['-m', 'venv', folder]);
    for (const args of installs) {
      await execa(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...args], {
        cwd: from,
      });
    }
    await writeFile(complete, '');
  } catch (error) {
    const detail = error instanceof ExecaError ? lastLine(String(error.stderr)) : error;
    throw new HermesError(
      'install-failed',
      `${title} could not be installed: ${detail}`,
      'see that Python has venv (Debian: python3-venv) and that PyPI can be reached, then try again',
      { cause: error },
    );
  }
  return join(folder, 'bin');
}
