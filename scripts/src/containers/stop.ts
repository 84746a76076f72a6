import type { Project } from '../project.js';
import { forgetBefore } from './before.js';
import { composeOrThrow } from './compose.js';
import { clearContainers, readContainers } from './state.js';

/**
 * Stops the containers of this project and removes them with their networks; volumes stay.
 * @returns whether anything was started
 * @throws HermesError `compose-failed`
 */
export async function tearDown(project: Project): Promise<boolean> {
  const stack = readContainers(project);
  if (!stack) return false;
  await composeOrThrow(stack, ['down', '--remove-orphans']);
  clearContainers(project);
  forgetBefore(project);
  return true;
}
