import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** A package of a Debian suite that need not be this machine's own. */
export interface DebianPackage {
  /** Such as `sid`. */
  readonly suite: string;
  readonly name: string;
  /** With every package that it depends on, the C library too; false for one that is only scripts. */
  readonly closure: boolean;
}

/**
 * Unpacks a package into `root` of a folder, with apt's own download and signature checks, and nothing of the system changed:
 * apt gets a folder of its own for its state, in which nothing is installed. Needs no root.
 * @throws Error of the command that failed, such as apt-get where there is none
 */
export async function unpackDebianPackage(wanted: DebianPackage, folder: string): Promise<void> {
  const state = join(folder, 'apt');
  const root = join(folder, 'root');
  for (const path of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(state, path), { recursive: true });
  }
  const archives = join(state, 'cache/archives');
  writeFileSync(join(state, 'sources.list'), source(wanted.suite));
  const apt = (...args: string[]) => execa('apt-get', [...options(state), ...args], { cwd: archives });
  await apt('update');
  const install = ['install', '--download-only', '--yes', '--no-install-recommends'];
  await (wanted.closure ? apt(...install, wanted.name) : apt('download', wanted.name));
  for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    await execa('dpkg', ['-x', join(archives, file), root]);
  }
  rmSync(state, { recursive: true });
}

const source = (suite: string) =>
  `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian ${suite} main\n`;

function options(state: string): string[] {
  const values = {
    'Dir::Etc::sourcelist': join(state, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State::lists': join(state, 'lists'),
    // An empty list of what is installed: dependencies are then all downloaded.
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(state, 'cache'),
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
  };
  return Object.entries(values).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}
