import { until } from '../../../../app/test/helpers/wait.js';
import type { Run } from '../../commands/helpers/run.js';
import { docker } from '../../compose/helpers/docker.js';

/**
 * Looks while a container is stopped, and goes on when all is well again, and stays so: once an app lost its Redis a
 * second time, right after that had come back.
 * @param doctor asks for a diagnosis
 */
export async function whileStopped(
  container: string,
  doctor: () => Promise<Run>,
  look: (run: Run) => void,
): Promise<void> {
  await docker('stop', container);
  try {
    look(await doctor());
  } finally {
    await docker('start', container);
    await untilHealthy(doctor);
  }
}

async function untilHealthy(doctor: () => Promise<Run>): Promise<void> {
  let inRow = 0;
  await until(
    async () => {
      inRow = (await doctor()).code === 0 ? inRow + 1 : 0;
      return inRow === 3;
    },
    () => 'it to be well again',
    60_000,
    500,
  );
}
