import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { docker, lines } from '../../compose/helpers/docker.js';

/** What images are built from, and what keeps the rest out of git. */
const parts = [
  ...['app', 'scripts', 'nginx', 'traefik', 'certbot', 'compose', 'mosquitto', 'package.json'],
  ...['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', '.dockerignore', '.gitignore'],
];

/** A clone of this project with revisions of its own, and the command line of it, as an operator has them. */
export class Revisions {
  readonly folder = mkdtempSync(join(tmpdir(), 'hermes-clone-'));
  readonly command = [process.execPath, join(this.folder, 'scripts/hermes.js')];
  readonly #made: string[] = [];

  static async make(): Promise<Revisions> {
    const one = new Revisions();
    for (const part of [...parts, 'dist'])
      cpSync(join(projectRoot, part), join(one.folder, part), { recursive: true });
    symlinkSync(join(projectRoot, 'node_modules'), join(one.folder, 'node_modules'));
    await one.#git('init', '--quiet');
    await one.commit('first');
    return one;
  }

  /** A revision in which the app has a file more, and each image says which one it is. @returns its name */
  async commit(name: string): Promise<string> {
    appendFileSync(
      join(this.folder, 'app/Dockerfile'),
      `\nCOPY package.json ${name}.json\nLABEL monitor-hermes.test=${name}\n`,
    );
    appendFileSync(join(this.folder, 'certbot/Dockerfile'), `\nLABEL monitor-hermes.test=${name}\n`);
    await this.#git('add', '--all');
    await this.#git('commit', '--quiet', '--message', name);
    const revision = await this.#git('rev-parse', '--short=12', 'HEAD');
    this.#made.push(revision);
    return revision;
  }

  /** Takes it away, with the images of its revisions. */
  async remove(): Promise<void> {
    const all = await lines('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}');
    const own = all.filter((image) => this.#made.some((revision) => image.endsWith(`:${revision}`)));
    if (own.length > 0) await docker('image', 'rm', '--force', ...own);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #git(...args: string[]): Promise<string> {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
    return (await execa('git', [...identity, ...args], { cwd: this.folder })).stdout;
  }
}
