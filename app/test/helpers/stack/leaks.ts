import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Content {
  readonly name: string;
  readonly content: Buffer;
}

/** The state of a stack that is below a folder, logs among it, and the process list of this host. */
export function traces(folder: string): Content[] {
  return [...filesBelow(join(folder, '.hermes')), ...commandLines()];
}

/** Names of those in which a secret stands. */
export function leaks(contents: readonly Content[], secrets: Iterable<string>): string[] {
  const needles = [...secrets].map((secret) => Buffer.from(signatureOf(secret)));
  return contents
    .filter(({ content }) => needles.some((needle) => content.includes(needle)))
    .map(({ name }) => name);
}

function filesBelow(folder: string): Content[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap(read);
}

/** What any user of this host can read of its processes. */
function commandLines(): Content[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => read(`/proc/${pid}/cmdline`));
}

/** Nothing, where it is gone: processes end, and logs are rotated. */
function read(name: string): Content[] {
  try {
    return [{ name, content: readFileSync(name) }];
  } catch {
    return [];
  }
}

/** The part of a token that nobody else could write; other secrets as a whole. */
export function signatureOf(secret: string): string {
  return secret.split('.').at(-1) || secret;
}
