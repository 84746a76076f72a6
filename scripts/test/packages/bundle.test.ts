import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { build } from '../commands/helpers/build.js';

/** Where programs are named that Node.js starts. */
const callers = [
  'app/Dockerfile',
  'certbot/Dockerfile',
  'scripts/hermes.js',
  ...filesBelow('compose', 'scripts/src'),
];

describe('every program that is started', () => {
  before(build);

  for (const program of programs()) {
    it(`${program} is one file, with parts that it shares`, () => {
      const text = readFileSync(join(projectRoot, program), 'utf8');
      const imports = [...text.matchAll(/^(?:import|\} from|export .* from)\b.*"(\.[^"]*)";$/gm)]
        .map(([, path = '']) => normalize(join(dirname(program), path)))
        .filter((path) => dirname(path) !== 'dist/chunks');
      assert.deepEqual(imports, []);
      assert.match(text, /^import \{ createRequire \}/, 'scripts/build/bundle.js does not name it');
    });
  }
});

function programs(): string[] {
  const named = callers.flatMap((file) =>
    [...readFileSync(join(projectRoot, file), 'utf8').matchAll(/\bdist\/[\w/-]+\.js\b/g)].map(
      ([path]) => path,
    ),
  );
  const inside = readdirSync(join(projectRoot, 'scripts/src/deploy/inside')).map(
    (name) => `dist/scripts/src/deploy/inside/${name.replace(/\.ts$/, '.js')}`,
  );
  return [...new Set([...named, ...inside])].sort();
}

function filesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|yaml)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(projectRoot.length + 1)),
  );
}
