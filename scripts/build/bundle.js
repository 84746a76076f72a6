import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { outside } from './outside.js';

/*
 * What starts often, each in one file beside the parts that several share: hundreds of small modules cost Node.js more
 * time than all that they do. The compiler's modules stay beside them, for whatever is not named here.
 */

/** Programs of the app, which are bundled by themselves: a change of the kit leaves them as they are. */
const app = ['app/src/main.ts', 'app/src/ready.ts'];

const kit = [
  'main',
  'stack/supervisor',
  'renewal/loop',
  'watch/main',
  'containers/app',
  'containers/canary',
  'containers/certbot',
  'containers/dump',
  'containers/follow-upstreams',
  'containers/renewal',
  'containers/take-back',
  'containers/verdict',
  'deploy/inside/*',
  'swarm/health',
].map((name) => `scripts/src/${name}.ts`);

/** The last two are what `ws` does without. */
const external = [...outside, 'bufferutil', 'utf-8-validate'];

const written = new Set();
for (const entryPoints of [app, kit]) {
  const { metafile } = await build({
    entryPoints,
    external,
    outdir: 'dist',
    outbase: '.',
    // By their content: what starts just now loads those of one build, also while this one is written.
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // Packages in CommonJS ask for Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
    metafile: true,
  });
  for (const file of Object.keys(metafile.outputs)) written.add(file);
}

/** Milliseconds after which no command that has just started can still want a part of the build before. */
const kept = 60 * 60 * 1_000;
for (const name of readdirSync('dist/chunks')) {
  const file = join('dist/chunks', name);
  if (!written.has(file) && Date.now() - statSync(file).mtimeMs > kept) rmSync(file);
}
