import { type ChildProcess, spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createStream } from 'rotating-file-stream';
import type { LogLimit, ProcessPlan } from './plan.js';

/** The log of one process, over all of its restarts. */
export interface ProcessLog {
  /** Takes what a process writes; settles when it has written its last. */
  follow(child: ChildProcess): Promise<void>;
  /** A line of the supervisor's own. */
  note(text: string): void;
  end(): Promise<void>;
}

export function openProcessLog(folder: string, { name, filter }: ProcessPlan, limit: LogLimit): ProcessLog {
  const file = lossyFile(() =>
    createStream(`${name}.log`, { path: folder, size: `${limit.bytes}B`, maxFiles: limit.kept }),
  );
  return {
    follow: (child) => (filter ? followFiltered(child, filter, file) : follow(child, file)),
    note: (text) => void file.write(`supervisor: ${text}\n`),
    end: async () => {
      file.end();
      await finished(file);
    },
  };
}

/**
 * A stream that never fails: a full disk, or a folder that is gone, costs lines. Otherwise nobody would read on, and
 * the process would wait for ever to write its next line.
 */
function lossyFile(create: () => Writable): Writable {
  const open = () => {
    const file = create();
    return file.on('error', () => file.destroy());
  };
  let file = open();
  return new Writable({
    write: (chunk, _encoding, done) => {
      if (file.destroyed) file = open();
      file.write(chunk, () => done());
    },
    final: (done) => (file.destroyed ? done() : file.end(() => done())),
  });
}

async function follow({ stdout, stderr }: ChildProcess, into: Writable): Promise<void> {
  const sources = [stdout, stderr].filter((source) => source !== null);
  for (const source of sources) source.pipe(into, { end: false });
  await Promise.allSettled(sources.map((source) => finished(source)));
}

async function followFiltered(
  child: ChildProcess,
  filter: NonNullable<ProcessPlan['filter']>,
  into: Writable,
): Promise<void> {
  const sieve = spawn(filter.command, filter.arguments, {
    env: { PATH: process.env.PATH, ...filter.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Without its filter a process goes on, but is not heard: what it says may hold secrets.
  sieve.on('error', () => {});
  sieve.stdin.on('error', () => {});
  const written = follow(sieve, into);
  await follow(child, sieve.stdin);
  sieve.stdin.end();
  await written;
}
