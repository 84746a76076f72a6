import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything in a folder: path, mode, owner, and what it holds. What comes and goes with any command is left out. */
export function treeOf(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below))
    .sort()
    .flatMap((name) => {
      const path = join(below, name);
      const place = join(folder, path);
      const found = lstatSync(place);
      if (/^\.hermes\/(lock|build|run|logs)|\.lock$|lock\.mdb$/.test(path)) return [];
      if (found.isSymbolicLink()) return [`${path} -> ${readlinkSync(place)}`];
      const access = `${(found.mode & 0o7777).toString(8)} ${found.uid}:${found.gid}`;
      if (found.isDirectory()) return [`${path} ${access}`, ...treeOf(folder, path)];
      return [`${path} ${access} ${createHash('sha256').update(readFileSync(place)).digest('hex')}`];
    });
}
