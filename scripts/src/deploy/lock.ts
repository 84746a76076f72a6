import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';
import { quoted } from '../remote/quoted.js';
import type { Remote } from '../remote/remote.js';
import { sitePaths } from './site.js';

/** Milliseconds between two signs of life, and seconds without one until the host lets go. */
const beat = { interval: 5_000, patience: 30 };

/** Seconds for one that was killed just now to let go. */
const patience = 3;

/** The host for oneself. */
export interface Held {
  /** Aborted once it is not any more. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface Holder {
  readonly by: string;
  readonly since: string;
}

/**
 * Takes the lock of an installation. A process there holds it for as long as it hears from this one, so none is ever
 * left behind: not by a kill, and not by a network that is cut.
 * @throws HermesError `deploy-busy`, which says who has it and since when
 */
export async function takeLock(remote: Remote, root: string, by: string): Promise<Held> {
  const { lock, holder } = sitePaths(root);
  const note = JSON.stringify({ by, since: new Date().toISOString() } satisfies Holder);
  const script = [
    `umask 077; mkdir -p ${quoted(root)}/releases && exec 9>>${quoted(lock)} || exit 1`,
    `if ! flock -w ${patience} 9; then echo busy; cat ${quoted(holder)}; exit 0; fi`,
    `printf '%s\\n' "$$" ${quoted(note)} > ${quoted(holder)}; echo held`,
    `while read -r -t ${beat.patience} _; do :; done`,
  ].join('\n');
  const held = execa('ssh', remote.arguments(`exec bash -c ${quoted(script)}`), {
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    // Out of reach of the Ctrl-C of a terminal, after which there is something to put in order.
    detached: true,
  });
  const lost = new AbortController();
  const beating = setInterval(() => held.stdin.write('.\n'), beat.interval);
  held.stdin.on('error', () => {});
  void held.then(() => {
    clearInterval(beating);
    lost.abort(
      new HermesError(
        'lock-lost',
        'the lock of the host is lost: `make unlock`, or the connection was cut',
        'run this again: it puts in order what is left',
      ),
    );
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: held.stdout as Readable })) {
    if (line === 'held')
      return {
        lost: lost.signal,
        release: async () => {
          held.stdin.end();
          await held;
        },
      };
    lines.push(line);
  }
  const { stderr } = await held;
  if (lines[0] === 'busy') throw busy(lines.slice(1).join('\n'));
  throw new HermesError(
    'remote-failed',
    `${remote.host}: the lock cannot be taken: ${lastLine(String(stderr))}`,
  );
}

/** @param note the content of the holder's file: its process there, and the rest as JSON */
export function holderText(note: string): string {
  try {
    const { by, since }: Holder = JSON.parse(note.slice(note.indexOf('{')));
    return `${by} since ${since}`;
  } catch {
    return 'somebody';
  }
}

const busy = (note: string): HermesError =>
  new HermesError(
    'deploy-busy',
    `another deploy is under way there: ${holderText(note)}`,
    'wait for it to end; `make unlock HOST=…` ends it',
  );

/** Ends whoever holds the lock. @returns who that was; undefined when nobody did */
export async function breakLock(remote: Remote, root: string): Promise<string | undefined> {
  const { lock, holder } = sitePaths(root);
  const note = await remote.text(
    `[ -e ${quoted(lock)} ] || exit 0
if flock -n ${quoted(lock)} true; then exit 0; fi
cat ${quoted(holder)}; kill "$(head -n 1 ${quoted(holder)})"`,
  );
  return note.trim() === '' ? undefined : holderText(note);
}
