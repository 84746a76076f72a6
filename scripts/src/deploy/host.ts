import { HermesError } from '../../../app/src/errors.js';
import type { Remote } from '../remote/remote.js';
import { alone } from './commands.js';

/** A host, and what may end our work there. */
export class Host {
  readonly remote: Remote;
  readonly root: string;
  readonly #signal: AbortSignal;

  constructor(remote: Remote, root: string, signal: AbortSignal) {
    this.remote = remote;
    this.root = root;
    this.#signal = signal;
  }

  /** The same, whatever was asked meanwhile: to put things in order. */
  unhurried(): Host {
    return new Host(this.remote, this.root, this.remote.lost);
  }

  /**
   * Runs a script that changes something, while no other does.
   * @throws HermesError `step-failed` with the line that says why, or the reason of the interruption
   */
  async step(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.remote.run(alone(this.root, script), {
      signal: this.#signal,
    });
    if (code === 0) return stdout;
    throw new HermesError('step-failed', telling(`${stdout}\n${stderr}`));
  }
}

/** The line of an output that tells what went wrong. */
export function telling(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    // What Compose says of its progress is no reason.
    .filter((line) => line !== '' && !/^(Container|Network|Volume) \S+ +\w+$/.test(line));
  const strong = /\[(emerg|alert|crit)\]|^Error|unhealthy|exited|waited in vain|Unexpected server response/;
  return lines.filter((line) => strong.test(line)).at(-1) ?? lines.at(-1) ?? 'it gave no reason';
}
