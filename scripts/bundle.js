import { build } from 'esbuild';

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

/** Packages that find files beside their own, or load a machine's code. */
const external = ['lmdb', 'mongodb', 'pino', 'bufferutil', 'utf-8-validate'];

for (const entryPoints of [app, kit]) {
  await build({
    entryPoints,
    external,
    outdir: 'dist',
    outbase: '.',
    // By their content: a process that runs may load one of the build before, which therefore stays.
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // Packages in CommonJS ask for Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}
