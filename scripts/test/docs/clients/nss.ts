import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** Makes the browsers of this home folder trust a CA file. */
export async function trustInNss(home: string, ca: string): Promise<void> {
  const folder = join(home, '.pki/nssdb');
  mkdirSync(folder, { recursive: true });
  const database = ['-d', `sql:${folder}`];
  if (!existsSync(join(folder, 'cert9.db'))) await execa('certutil', [...database, '-N', '--empty-password']);
  await execa('certutil', [...database, '-A', '-t', 'C,,', '-n', ca, '-i', ca]);
}
