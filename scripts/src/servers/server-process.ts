import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from './free-port.js';
import { newFolder } from './temporary-folder.js';
import { until, within } from './wait.js';

export interface ServerOptions {
  /** A free one when not given. */
  readonly port?: number;
  /** Address that it listens on; 127.0.0.1 when not given. */
  readonly host?: string;
  /** Folder of its data; a new one, which goes with this process, when not given. */
  readonly dir?: string;
  /** More arguments of the command line, after ours. */
  readonly args?: readonly string[];
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Its environment, apart from PATH; that of this process when not given. */
  readonly env?: Readonly<Record<string, string>>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A real server in a process of its own, which keeps its port and its data over restarts. */
export class ServerProcess {
  readonly port: number;
  readonly dir: string;
  readonly url: string;
  readonly #host: string;
  readonly #command: Command;
  #child: ChildProcess | undefined;
  #output = '';

  constructor(scheme: string, host: string, port: number, dir: string, command: Command) {
    this.port = port;
    this.dir = dir;
    this.#host = host;
    this.url = `${scheme}://${host}:${port}`;
    this.#command = command;
  }

  /** Everything that it printed. */
  get output(): string {
    return this.#output;
  }

  /** Of the process that runs now. @throws Error when none does */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`${this.#command.program} does not run`);
    return this.#child.pid;
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const { program, args, env } = this.#command;
    // Daemons often lie where only root's PATH leads.
    const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin`;
    const child = spawn(program, args, {
      cwd: this.dir,
      env: { ...(env ?? process.env), PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        this.#output += text;
      });
    }
    this.#child = child;
    await until(
      () => failure !== undefined || hasEnded(child) || accepts(this.#host, this.port),
      () => `${program} on port ${this.port}: ${this.#output}`,
      20_000,
    );
    if (failure || hasEnded(child)) throw new Error(`${program} gave up: ${failure ?? this.#output}`);
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Starts it again on the same port with the same data; stops it first where it runs. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** It hangs: connections stay open and nothing is answered. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    // A paused process takes SIGTERM only once it goes on.
    child.kill('SIGCONT');
    await within(ended, `the end of ${this.#command.program}`, 20_000);
  }
}

/** Picks port and folder, and starts what the command says. */
export async function startServer(
  scheme: string,
  { port, host = '127.0.0.1', dir = newFolder() }: ServerOptions,
  command: (port: number, dir: string) => Command,
): Promise<ServerProcess> {
  const chosen = port ?? (await freePort());
  const server = new ServerProcess(scheme, host, chosen, dir, command(chosen, dir));
  await server.start();
  return server;
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
