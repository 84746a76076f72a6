import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src', import.meta.url));

/**
 * What each part may import of ours, besides its own folder: a folder with `/` at its end, or one file. A part that is
 * not listed here fails, so that a new one is thought about.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'domain/': [],
  'errors.ts': [],
  'log.ts': [],
  'settings/': ['errors.ts'],
  'auth/': ['domain/', 'errors.ts'],
  'lmdb/': ['errors.ts'],
  'redis/': ['errors.ts'],
  'bus/': ['domain/', 'errors.ts', 'lmdb/', 'redis/'],
  'devices/': ['domain/', 'errors.ts', 'lmdb/', 'redis/'],
  'hub/': ['domain/', 'bus/bus.ts'],
  'store/': ['domain/', 'bus/bus.ts', 'errors.ts', 'lmdb/'],
  'tls/': ['errors.ts'],
  'workers/': ['errors.ts', 'log.ts', 'settings/table.ts', 'tls/ticket-keys.ts'],
  'http/': ['auth/', 'errors.ts', 'domain/', 'store/store.ts', 'settings/hsts.ts', 'settings/limits.ts'],
  'ingest/': ['bus/bus.ts', 'devices/registry.ts', 'domain/', 'auth/', 'http/body.ts', 'errors.ts'],
  'socket/': ['hub/', 'bus/bus.ts', 'auth/', 'domain/', 'errors.ts', 'settings/limits.ts'],
  'console/': ['settings/project-root.ts', 'socket/admission.ts'],
  'doors.ts': [],
  'server.ts': ['doors.ts', 'errors.ts', 'settings/timeouts.ts', 'tls/direct.ts'],
  'unix-socket.ts': ['doors.ts', 'errors.ts'],
  'front.ts': [
    'auth/token.ts',
    'bus/bus.ts',
    'console/',
    'devices/registry.ts',
    'http/',
    'hub/',
    'ingest/',
    'log.ts',
    'server.ts',
    'settings/',
    'socket/',
    'store/store.ts',
    'tls/direct.ts',
  ],
  'ready.ts': ['errors.ts', 'settings/load.ts', 'settings/table.ts'],
  'main.ts': [
    'errors.ts',
    'log.ts',
    'redis/address.ts',
    'service.ts',
    'settings/',
    'tls/start-lines.ts',
    'unix-socket.ts',
    'workers/',
  ],
};

/** The one file where the parts meet. */
const root = 'service.ts';

/** What the others may know of a part that has several makes; the makes themselves are for `service.ts` only. */
const interfaces = ['bus/bus.ts', 'store/store.ts', 'devices/registry.ts'];

/** Packages, and who may import them; the others are free. */
const packages: Readonly<Record<string, RegExp>> = {
  'express-ws': /^socket\/mount\.ts$/,
  ws: /^socket\//,
  express: /^(front\.ts|(http|ingest|socket|console)\/)/,
  jsonwebtoken: /^auth\/token\.ts$/,
  lmdb: /^lmdb\/|\/embedded\.ts$/,
  ioredis: /^redis\//,
  mongodb: /^store\//,
  mqtt: /^ingest\//,
  dotenv: /^settings\/load\.ts$/,
  pino: /^log\.ts$/,
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }))
  .map(({ file, text }) => ({ file, text, ...importsOf(file, text) }));

describe('the house', () => {
  it('has a row in the table for each of its parts', () => {
    const parts = new Set(files.map(({ file }) => partOf(file)).filter((part) => part !== root));
    assert.deepEqual([...parts].sort(), Object.keys(mayImport).sort());
  });

  it('lets imports point inward only', () => {
    const violations = files
      .filter(({ file }) => file !== root)
      .flatMap(({ file, ours }) =>
        ours.filter((other) => !allowed(file, other)).map((other) => `${file} → ${other}`),
      );
    assert.deepEqual(violations, []);
  });

  it('names concrete buses, stores and registries in service.ts only', () => {
    const concrete = (other: string) =>
      interfaces.some((known) => partOf(known) === partOf(other)) && !interfaces.includes(other);
    const violations = files.flatMap(({ file, ours }) =>
      ours
        .filter((other) => concrete(other) && partOf(other) !== partOf(file) && file !== root)
        .map((other) => `${file} → ${other}`),
    );
    assert.deepEqual(violations, []);
  });

  it('confines packages to where they belong', () => {
    const violations = files.flatMap(({ file, theirs }) =>
      theirs.filter((name) => packages[name]?.test(file) === false).map((name) => `${file} → ${name}`),
    );
    assert.deepEqual(violations, []);
  });

  it('keeps express-ws in one file', () => {
    const importers = files.filter(({ theirs }) => theirs.includes('express-ws')).map(({ file }) => file);
    assert.deepEqual(importers, ['socket/mount.ts']);
  });

  it('reads the environment in one place', () => {
    const readers = files.filter(({ text }) => /\bprocess\.env\b|\benv\b.*from 'node:process'/.test(text));
    assert.deepEqual(
      readers.map(({ file }) => file),
      ['settings/load.ts'],
    );
  });

  it('has no circle of imports', () => {
    const graph = new Map(files.map(({ file, ours }) => [file, ours]));
    const visit = (file: string, trail: readonly string[]): void => {
      assert.ok(!trail.includes(file), `circle: ${[...trail, file].join(' → ')}`);
      for (const other of graph.get(file) ?? []) visit(other, [...trail, file]);
    };
    for (const { file } of files) visit(file, []);
  });
});

function allowed(file: string, other: string): boolean {
  const part = partOf(file);
  if (partOf(other) === part) return true;
  return (mayImport[part] ?? []).some((rule) =>
    rule.endsWith('/') ? other.startsWith(rule) : other === rule,
  );
}

/** The top-level folder of a file, or the file itself. */
function partOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/') + 1) : file;
}

/** Static, dynamic and re-exporting imports: files of ours relative to the source folder, and package names. */
function importsOf(file: string, text: string): { ours: string[]; theirs: string[] } {
  const found = [
    ...text.matchAll(/^(?:import|export)\b[^;'"]*?from\s*'([^']+)'|\bimport\s*\(?\s*'([^']+)'/gm),
  ];
  const names = found.map(([, from, bare]) => from ?? bare ?? '').filter((name) => !name.startsWith('node:'));
  return {
    ours: names
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(source, join(source, dirname(file), name)).replace(/\.js$/, '.ts')),
    theirs: names
      .filter((name) => !name.startsWith('.'))
      .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')),
  };
}
