import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import type { Project } from '../project.js';
import { followedServices } from '../render/traefik-plan.js';
import { containerGroup } from './group.js';
import { containerPaths } from './plan.js';
import { replaceFile } from './replace-file.js';
import { type ContainerState, readContainers, writeContainers } from './state.js';

/*
 * A start over a stack that runs changes what its containers have mounted. What was there before is kept until the new
 * one is well, and is put back if it never is.
 */

const folderOf = (project: Project) => join(project.state, 'before');
/** Written last: without it, what is kept is not complete. */
const stateFile = (project: Project) => join(folderOf(project), 'containers.json');
/** Of the stack that was well last: what Compose made of its files, which may be another release's by now. */
const modelFile = (project: Project) => join(project.run, 'compose.yaml');

/** What containers read, by its name among what is kept. */
function partsOf(project: Project): [string, string][] {
  const { secrets, nginx, traefik } = containerPaths(project);
  return Object.entries({ compose: join(project.build, 'compose'), nginx, traefik, secrets });
}

/** @param model what Compose made of its files; there is no secret in it */
export function writeModel(project: Project, model: string): void {
  replaceFile(modelFile(project), Buffer.from(model), { mode: 0o600 });
}

/**
 * Keeps what the stack of this project reads, if it ever was well. What a start that was killed has kept stays: it is
 * what was well last.
 */
export function keepBefore(project: Project): void {
  if (existsSync(stateFile(project))) return;
  forgetBefore(project);
  const state = readContainers(project);
  if (!state?.fingerprint || !existsSync(modelFile(project))) return;
  mkdirSync(folderOf(project), { recursive: true, mode: 0o700 });
  for (const [name, path] of partsOf(project))
    if (existsSync(path)) cpSync(path, join(folderOf(project), name), { recursive: true });
  cpSync(modelFile(project), join(folderOf(project), 'compose.yaml'));
  cpSync(join(project.run, 'containers.json'), `${stateFile(project)}.new`);
  renameSync(`${stateFile(project)}.new`, stateFile(project));
}

export function forgetBefore(project: Project): void {
  rmSync(folderOf(project), { recursive: true, force: true });
}

/** What was put back. */
export interface Restored {
  readonly state: ContainerState;
  /** What Compose made of its files then. */
  readonly model: string;
  /** Files that differed, such as `nginx/nginx.conf`. */
  readonly changed: readonly string[];
}

/** Puts back what was kept. @returns undefined when nothing was */
export function restoreBefore(project: Project): Restored | undefined {
  if (!existsSync(stateFile(project))) return undefined;
  const changed = partsOf(project).flatMap(([name, path]) =>
    alike(join(folderOf(project), name), path, name === 'secrets').map((file) => join(name, file)),
  );
  const state: ContainerState = JSON.parse(readFileSync(stateFile(project), 'utf8'));
  cpSync(join(folderOf(project), 'compose.yaml'), modelFile(project));
  writeContainers(project, state);
  return { state, model: modelFile(project), changed };
}

/** Makes a folder like another one. @returns the files that differed */
function alike(kept: string, folder: string, secret: boolean): string[] {
  const there = filesBelow(kept);
  const gone = filesBelow(folder).filter((file) => !there.includes(file));
  for (const file of gone) rmSync(join(folder, file), { force: true });
  const gid = secret ? containerGroup() : undefined;
  const put = there.filter((file) => {
    const mode = statSync(join(kept, file)).mode & 0o777;
    return replaceFile(join(folder, file), readFileSync(join(kept, file)), { mode, gid });
  });
  return [...gone, ...put];
}

/** Where the app is changes by itself. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => file !== followedServices.target);
}
