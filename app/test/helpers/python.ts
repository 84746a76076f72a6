import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';

/**
 * A Python that has the packages of a requirements file, in a virtual environment below the user's cache; it is made
 * when missing, and again when the requirements or the system's Python change.
 * @returns path of its `python`
 * @throws Error that says what to install, when there is no Python or it has no venv
 */
export async function pythonWith(requirementsFile: string): Promise<string> {
  const about = await run('python3', ['-c', 'import sys; print(sys.base_prefix, sys.version)']);
  const name = createHash('sha256')
    .update(about)
    .update(await readFile(requirementsFile))
    .digest('hex')
    .slice(0, 16);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'monitor-hermes/python');
  const folder = join(cache, name);
  if (!existsSync(folder)) await create(cache, folder, requirementsFile);
  return join(folder, 'bin/python');
}

/** Makes it beside its place and moves it there, so that a half-made one is never used. */
async function create(cache: string, folder: string, requirementsFile: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'draft-'));
  try {
    await run('python3', ['-m', 'venv', draft]);
    await run(join(draft, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '-r', requirementsFile]);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another test run may have been faster.
    if (!existsSync(folder)) throw error;
  }
}

async function run(command: string, args: readonly string[]): Promise<string> {
  try {
    return (await execa(command, args)).stdout;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const output = `${error.stderr ?? ''}${error.stdout ?? ''}`.trim();
    const lacksVenv = error.code === 'ENOENT' || /ensurepip|No module named venv/.test(output);
    const hint = lacksVenv
      ? 'install Python with venv (Debian: apt install python3 python3-venv)'
      : 'is the package index reachable?';
    throw new Error(`${error.shortMessage}\n  → ${hint}\n${output}`);
  }
}
