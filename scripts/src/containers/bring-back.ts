import { messageOf } from '../../../app/src/errors.js';
import type { Project } from '../project.js';
import { staticFile } from '../render/traefik-plan.js';
import { forgetBefore, type Restored, restoreBefore } from './before.js';
import { type ComposeStack, compose, composeOrThrow } from './compose.js';
import { reloadNginx } from './configure-nginx.js';
import { restartTraefik } from './configure-traefik.js';
import { upArguments } from './plan.js';

/**
 * Starts the stack again that ran before a start that failed, with its files, image and configuration.
 * @returns what became of it, in a line for the operator; undefined when nothing ran before
 */
export async function bringBack(project: Project): Promise<string | undefined> {
  const restored = restoreBefore(project);
  if (!restored) return undefined;
  try {
    await startAgain(restored);
  } catch (error) {
    return `the stack that ran before could not be started again either: ${messageOf(error)}; its files are back in place, try: make up`;
  }
  forgetBefore(project);
  return 'the new stack did not start; the one that ran before runs again, as it was';
}

async function startAgain({ state, model, changed }: Restored): Promise<void> {
  const stack: ComposeStack = { files: [model], variables: state.variables };
  const proxy = async () => String((await compose(stack, ['ps', '--quiet', 'proxy'])).stdout);
  const before = await proxy();
  await composeOrThrow(stack, upArguments);
  const takeUp = takeUpOf(changed);
  if (takeUp && before !== '' && before === (await proxy())) await composeOrThrow(stack, takeUp);
}

/** What has a proxy that went on running read again what was put back. */
export function takeUpOf(changed: readonly string[]): readonly string[] | undefined {
  if (changed.includes(`traefik/${staticFile}`)) return restartTraefik;
  return changed.some((file) => file.startsWith('nginx/')) ? reloadNginx : undefined;
}
