import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { run } from './run.js';

let built: Promise<void> | undefined;

/** For `before`: what the commands run is compiled, and these tests are about the sources as they are. */
export function build(): Promise<void> {
  built ??= make();
  return built;
}

async function make(): Promise<void> {
  const { code, all } = await run(['make', '--silent', 'build'], {}, projectRoot);
  if (code !== 0) throw new Error(`the build failed:\n${all}`);
}
