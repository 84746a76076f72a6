import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';

/**
 * A file to make, and the template it is made from; relative to the folders of either. Several templates with one
 * target are joined in their order.
 */
export interface PlannedFile {
  readonly source: string;
  readonly target: string;
}

export interface Rendering {
  /** Folder of the templates. */
  readonly from: string;
  /** Folder of the result; it is made if absent. */
  readonly to: string;
  readonly files: readonly PlannedFile[];
  /** By placeholder: `HERMES_PEM` stands for `${HERMES_PEM}`. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Puts values in the place of `${HERMES_…}` and writes the files; nothing is written if any of them is at fault.
 * A file that has not changed is not touched; any other one is replaced by a rename.
 * @returns the targets that changed
 * @throws HermesError `unknown-placeholder`, `unused-placeholder`, `template-missing`
 */
export function renderFiles({ from, to, files, values }: Rendering): string[] {
  const used = new Set<string>();
  const filled = new Map<string, string>();
  for (const { source, target } of files) {
    const content = fillTemplate(source, read(join(from, source)), values, used);
    filled.set(target, (filled.get(target) ?? '') + content);
  }
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0) {
    throw new HermesError('unused-placeholder', `no chosen template names ${unused.join(', ')}`);
  }
  return [...filled]
    .filter(([target, content]) => replaceFile(join(to, target), content))
    .map(([target]) => target);
}

/**
 * The text with its placeholders filled in.
 * @param source names it in messages
 * @param used gets the names of those that were
 * @throws HermesError `unknown-placeholder`
 */
export function fillTemplate(
  source: string,
  text: string,
  values: Rendering['values'],
  used: Set<string> = new Set(),
): string {
  return text.replace(placeholder, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new HermesError('unknown-placeholder', `${source} names ${name}, for which there is no value`);
    }
    used.add(name);
    return value;
  });
}

/** The spelling of envsubst, limited to our own names: nginx has variables too. */
const placeholder = /\$\{(HERMES_[A-Z0-9_]+)\}/g;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HermesError('template-missing', `${path} cannot be read`, 'restore it from the release', {
      cause,
    });
  }
}

function replaceFile(path: string, content: string): boolean {
  if (contentOf(path) === content) return false;
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, content);
  renameSync(beside, path);
  return true;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
