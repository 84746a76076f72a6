import { cpus } from 'node:os';
import { findExecutable } from '../packages/find.js';
import type { Command } from './server-process.js';

/** Where servers run, and where whoever measures them does: neither takes processor time of the other. */
export type Core = 'servers' | 'generator';

/** Whether this machine can keep them apart: two processors, and `taskset` of util-linux. */
export const canPin = (): boolean => cpus().length > 1 && findExecutable('taskset') !== undefined;

/**
 * The command on one core only; as it is, where there is but one or no `taskset`.
 * @param cores of the servers, from the first one on; what measures has the last one
 */
export function pinned(command: Command, core: Core, cores = 1): Command {
  if (!canPin()) return command;
  const last = cpus().length - 1;
  const list = core === 'generator' ? String(last) : `0-${Math.min(cores - 1, last)}`;
  return { ...command, program: 'taskset', args: ['-c', list, command.program, ...command.args] };
}
