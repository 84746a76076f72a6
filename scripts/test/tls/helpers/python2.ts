import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackDebianPackage } from '../../../src/packages/debian-suite.js';

/** Name of the command in the folder that `unpackPython2` fills. */
export const python2 = 'python2';

/**
 * Unpacks Debian bullseye's Python 2.7, the last in Debian, with all its libraries and its own loader, so that it runs
 * beside any other Python and C library.
 */
export async function unpackPython2(folder: string): Promise<void> {
  await unpackDebianPackage({ suite: 'bullseye', name: 'python2.7', closure: true }, folder);
  const libraries = readdirSync(join(folder, 'root/lib')).find((name) => name.includes('-linux-gnu'));
  const loader = readdirSync(join(folder, `root/lib/${libraries}`)).find((name) =>
    /^ld-[\d.]+\.so$/.test(name),
  );
  const script = [
    '#!/bin/sh',
    'root=$(dirname "$(readlink -f "$0")")/root',
    // By its own path it would find the modules of the machine.
    'export PYTHONHOME="$root/usr" PYTHONDONTWRITEBYTECODE=1',
    `exec "$root/lib/${libraries}/${loader}" --library-path "$root/lib/${libraries}:$root/usr/lib/${libraries}" "$root/usr/bin/python2.7" "$@"`,
  ];
  writeFileSync(join(folder, python2), `${script.join('\n')}\n`, { mode: 0o755 });
}
