import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';
import { sshFault } from './fault.js';
import { quoted } from './quoted.js';
import { type RemoteOptions, sshArguments } from './ssh-arguments.js';

export interface RunOptions {
  /** Ends it here; what runs there notices once it writes. */
  readonly signal?: AbortSignal | undefined;
  /** Given each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ready = 'hermes-is-connected';
/** Milliseconds in which a lost connection shows. */
const patience = 2_000;

/**
 * A host by ssh: one connection, which everything that is run there shares. It ends with this process, however that ends.
 */
export class Remote {
  readonly host: string;
  readonly #options: RemoteOptions;
  readonly #socket: string;
  readonly #master: Master;
  readonly #lost = new AbortController();

  private constructor(options: RemoteOptions, socket: string, master: Master) {
    this.host = options.host;
    this.#options = options;
    this.#socket = socket;
    this.#master = master;
  }

  /** @throws HermesError `host-key-changed`, `host-key-unknown`, `ssh-denied` and the others of `sshFault` */
  static async connect(options: RemoteOptions): Promise<Remote> {
    const socket = join(mkdtempSync(join(tmpdir(), 'hermes-ssh-')), 's');
    const master = startMaster(options, socket);
    const remote = new Remote(options, socket, master);
    void master.then(() => {
      rmSync(dirname(socket), { recursive: true, force: true });
      remote.#lost.abort(
        new HermesError(
          'ssh-lost',
          `the connection to ${options.host} is lost`,
          'run this again: it puts in order what is left',
        ),
      );
    });
    const lines = createInterface({ input: master.stdout as Readable });
    for await (const line of lines) if (line.endsWith(ready)) return remote;
    const ended = await master;
    if (ended.code === 'ENOENT')
      throw new HermesError('ssh-missing', 'there is no `ssh` on PATH', 'install it: openssh-client');
    throw sshFault(options.host, String(ended.stderr));
  }

  /** Aborted once the connection has ended, for whatever reason. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The arguments of `ssh` that run one line of shell there, on this connection. */
  arguments(line: string): string[] {
    return [...sshArguments(this.#options, this.#socket, false), line];
  }

  /** The arguments of `ssh` that connect its input and output with a port that this host reaches. */
  forwarding(address: string, port: number): string[] {
    return ['-W', `${address}:${port}`, ...sshArguments(this.#options, this.#socket, false)];
  }

  /**
   * Runs a script of `sh` to its end. It goes by standard input, so nothing of it is in a list of processes, and ends at
   * the first command that fails.
   * @throws HermesError those of `sshFault`, or the reason of the signal
   */
  async run(script: string, { signal, onLine }: RunOptions = {}): Promise<Ran> {
    signal?.throwIfAborted();
    // In braces it is read to its end before it begins, so that no command in it reads on.
    const input = `{\nset -eu\n${script}\n} </dev/null\n`;
    const options = { reject: false, input, ...output, ...(signal && { cancelSignal: signal }) } as const;
    const running = execa('ssh', this.arguments('exec sh -s'), options);
    if (onLine)
      createInterface({ input: running.stdout as Readable }).on('line', (line: string) => onLine(line));
    // Not until its output ends: the shared connection has that too, for as long as anything runs there.
    const ran = await Promise.race([running, aborted(signal)]);
    signal?.throwIfAborted();
    if (!ran) throw signal?.reason;
    if (ran.exitCode === 255 || ran.exitCode === undefined) {
      // What goes over the connection may end before the connection is known to have.
      await Promise.race([this.#master, delay(patience)]);
      this.lost.throwIfAborted();
      throw sshFault(this.host, String(ran.stderr));
    }
    return { code: ran.exitCode, stdout: String(ran.stdout), stderr: String(ran.stderr) };
  }

  /**
   * The same for what has to succeed. @returns its standard output
   * @throws HermesError `remote-failed` with the last line that it wrote, besides
   */
  async text(script: string, options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(script, options);
    if (code === 0) return stdout;
    const said = lastLine(`${stdout}\n${stderr}`);
    throw new HermesError('remote-failed', `${this.host}: ${said || `a step ended with ${code}`}`);
  }

  /** Writes a file there, in one step. @param mode such as 0o600; it is never wider meanwhile */
  async put(
    path: string,
    content: string | Uint8Array,
    { mode = 0o600 }: { readonly mode?: number } = {},
  ): Promise<void> {
    const [to, beside] = [quoted(path), quoted(`${path}.new`)];
    const line = `umask 077 && cat > ${beside} && chmod ${mode.toString(8)} ${beside} && mv -f ${beside} ${to}`;
    const put = await execa('ssh', this.arguments(line), { reject: false, input: content, ...output });
    if (!put.failed) return;
    if (put.exitCode === 255) throw sshFault(this.host, String(put.stderr));
    const said = lastLine(String(put.stderr));
    throw new HermesError('remote-failed', `${this.host}: ${path} cannot be written: ${said}`);
  }

  /** Also while something runs there that was not waited for. */
  async close(): Promise<void> {
    this.#master.kill('SIGTERM');
    await this.#master;
  }
}

/** Settles when the signal is given; never without one. */
const aborted = (signal: AbortSignal | undefined) =>
  new Promise<undefined>((resolve) =>
    signal?.addEventListener('abort', () => resolve(undefined), { once: true }),
  );

// `cat` ends when its input does, so nothing is left there when this process is killed.
const startMaster = (options: RemoteOptions, socket: string) =>
  execa('ssh', [...sshArguments(options, socket, true), `echo ${ready}; exec cat`], {
    reject: false,
    stdin: 'pipe',
    ...output,
  });

type Master = ReturnType<typeof startMaster>;

/**
 * In English, so that it is understood; out of reach of the Ctrl-C of a terminal, after which there is something to put in
 * order over the same connection.
 */
const output = { stdout: 'pipe', stderr: 'pipe', env: { LC_ALL: 'C' }, detached: true } as const;
