import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import type { Run } from './client.js';

/** What a client inherits: none of the variables that tell OpenSSL, Node or curl whom to trust. */
export const cleanEnvironment: Record<string, string> = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  LANG: 'C.UTF-8',
};

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What it prints once the socket is open. */
  readonly opened: RegExp;
  /** It would go on for ever: it is ended once it is open. */
  readonly endless?: boolean;
}

/** Milliseconds after which a client that does not end is ended. */
const patience = 20_000;

/** Runs a client as its user would. */
export function runClient({ file, args, environment, opened, endless }: Command): Run {
  const child = execa(file, args, {
    all: true,
    reject: false,
    extendEnv: false,
    env: { ...cleanEnvironment, ...environment },
    stdin: 'pipe',
    timeout: patience,
  });
  // It may be gone before it is told to go on.
  child.stdin.on('error', () => {});
  const text = child.then(({ all }) => stripVTControlCharacters(all).replaceAll('\r', ''));
  let output = '';
  const open = new Promise<void>((resolve, reject) => {
    child.all.on('data', (data) => {
      output += data;
      if (!opened.test(output)) return;
      resolve();
      if (endless) child.kill('SIGTERM');
    });
    text.then((all) => reject(new Error(`it did not open: ${all}`)));
  });
  open.catch(() => {});
  return { open, text, finish: () => child.stdin.end() };
}
