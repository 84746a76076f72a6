import { messageOf } from '../../../../app/src/errors.js';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { assertUsable } from '../../../src/containers/docker.js';
import { ensureImage, imageOf } from '../../../src/containers/image.js';

/** Why no container can be started here; undefined where one can. Known before tests are defined: it decides how. */
const missing = await assertUsable().then(() => undefined, messageOf);

if (missing !== undefined) {
  const lines = [
    `THE TESTS OF THE CONTAINERS ARE SKIPPED: ${missing}.`,
    'Nothing is known about compose/ from here.',
  ];
  const rule = '!'.repeat(Math.max(...lines.map(({ length }) => length)));
  process.stderr.write(`\n${[rule, ...lines, rule].join('\n')}\n\n`);
}

/**
 * `describe` for what needs a Docker engine: without one, every test in it is reported as skipped. Looked up at each
 * call: where files run beside each other, a process runs several, and each has a `describe` of its own.
 */
export const describeOnEngine: (title: string, body: (this: Mocha.Suite) => void) => Mocha.Suite = (
  title,
  body,
) => (missing === undefined ? describe : describe.skip)(title, body) as Mocha.Suite;

let built: Promise<string> | undefined;

/** For `before`: the app's image of this checkout, built if it is not there. @returns its name */
export function image(): Promise<string> {
  built ??= imageOf(projectRoot).then(async (name) => {
    await ensureImage(projectRoot, name, new AbortController().signal);
    return name;
  });
  return built;
}

/** Milliseconds in which an image is built and a stack comes up on a busy machine. */
export const startPatience = 480_000;
