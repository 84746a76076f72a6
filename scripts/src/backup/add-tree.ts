import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { EntryWriter, Owned } from './entry-writer.js';

/**
 * Adds what lies at a path: a file, a link as a link, or a folder with all that is in it, in the order of names.
 * @param name of it in the archive
 * @param isLeft whether a name is passed over, wherever it stands
 */
export async function addTree(
  archive: EntryWriter,
  path: string,
  name: string,
  isLeft: (name: string) => boolean = () => false,
): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return archive.addLink(name, await readlink(path));
  if (found.isFile()) return addFile(archive, path, name);
  // Sockets and pipes hold nothing.
  if (!found.isDirectory()) return;
  await archive.addFolder(name, ownedBy(found));
  for (const child of (await readdir(path)).sort()) {
    if (!isLeft(child)) await addTree(archive, join(path, child), `${name}/${child}`, isLeft);
  }
}

/** As long as it was when it was opened: whatever is appended meanwhile is not part of it. */
async function addFile(archive: EntryWriter, path: string, name: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const found = await file.stat();
    const content =
      found.size > 0
        ? file.createReadStream({ start: 0, end: found.size - 1, autoClose: false })
        : Readable.from([]);
    await archive.addFile(name, ownedBy(found), found.size, content);
  } finally {
    await file.close();
  }
}

function ownedBy({
  mode,
  uid,
  gid,
  mtimeMs,
}: {
  mode: number;
  uid: number;
  gid: number;
  mtimeMs: number;
}): Owned {
  return { mode: mode & 0o7777, uid, gid, modified: mtimeMs };
}
