import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../../app/test/helpers/wait.js';

const root = '/sys/fs/cgroup';

/** Takes away the control groups of this name, whose processes have ended, with those below; of cgroup v1 and v2. */
export async function removeCgroups(name: string): Promise<void> {
  // Version 1 has a tree for each controller.
  const places = ['', ...readdirSync(root)].map((tree) => join(root, tree, name));
  // A process counts for a moment after its end.
  await until(
    () => places.every(removed),
    () => `the end of the control groups ${name}`,
    10_000,
    50,
  );
}

function removed(folder: string): boolean {
  try {
    // Their files cannot be removed, and go with them.
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) removed(join(folder, entry.name));
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EBUSY';
  }
}
