import { join } from 'node:path';
import { execa } from 'execa';
import jwt, { type SignOptions } from 'jsonwebtoken';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { until } from '../../../../app/test/helpers/wait.js';
import { livePath, type setFiles } from '../../../src/certs/layout.js';
import { type Scratch, scratch } from '../../commands/helpers/scratch.js';
import type { Target } from '../clients/client.js';
import { cleanEnvironment } from '../clients/process.js';

/** What `make up` starts, for a reader of the documentation who follows it in a folder and on ports of its own. */
export class Stack {
  readonly #scratch: Scratch;
  /** The settings that it is up with, as long as nobody has touched it since. */
  #upWith: string | undefined;

  private constructor(installation: Scratch) {
    this.#scratch = installation;
  }

  static async create(): Promise<Stack> {
    // Others may enter, as in most places where a checkout lies.
    return new Stack(await scratch({ mode: 0o755 }));
  }

  /** Where the operator stands: `certs` and `.env` are here. */
  get folder(): string {
    return this.#scratch.root;
  }

  get ca(): string {
    return join(this.folder, 'certs/ca/ca.pem');
  }

  /** A text of the documentation, with the ports of this stack instead of the defaults. */
  here(text: string): string {
    const { http, https, app } = this.#scratch.ports;
    const here: Readonly<Record<string, number>> = { 8080: http, 8443: https, 5000: app };
    return text.replace(/\b(8080|8443|5000)\b/g, (port) => `${here[port]}`);
  }

  /** @param address as the documentation has it, such as `wss://localhost:8443/ws` */
  target(address: string, given: Partial<Target> = {}): Target {
    return { url: this.here(address), ca: this.ca, token: this.token(), ...given };
  }

  /** As `make token USER=me TENANT=demo` prints it. */
  token(life: SignOptions['expiresIn'] = '1h'): string {
    const { JWT_SECRET_KEY = '' } = this.#scratch.secrets;
    return jwt.sign({ user_id: 'me', cs_tenant_id: 'demo' }, JWT_SECRET_KEY, { expiresIn: life });
  }

  /** Brings it up with the default settings, but for these. */
  async up(...settings: string[]): Promise<this> {
    const wanted = settings.join(' ');
    if (this.#upWith !== wanted) await this.sh(`make up ${wanted}`);
    this.#upWith = wanted;
    return this;
  }

  /**
   * Runs a command line of the documentation as it stands there, but for the ports.
   * @returns what it printed
   * @throws with what it printed, when it fails
   */
  async sh(line: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
    this.#upWith = undefined;
    const { all } = await this.#run(line, environment);
    return all;
  }

  /** What a command that changes nothing prints on standard output. */
  async value(line: string): Promise<string> {
    const { stdout } = await this.#run(line);
    return stdout.trim();
  }

  /** What a command prints, whether it fails or not. */
  async output(line: string): Promise<string> {
    try {
      return await this.sh(line);
    } catch (error) {
      return String((error as { all?: string }).all);
    }
  }

  /** A file of the certificate in use, to be meddled with. */
  certificateFile(name: keyof typeof setFiles): string {
    this.#upWith = undefined;
    return livePath(this.folder, 'localhost', name);
  }

  /** The log of a process, once it has these words. */
  async logged(name: 'app' | 'nginx', words: string): Promise<string> {
    const read = () => this.#scratch.read(`.hermes/logs/${name}.log`);
    await until(
      () => read().includes(words),
      () => `${words} in ${name}.log`,
    );
    return read();
  }

  /** Ends processes as the kernel does when memory runs out. */
  kill(...names: ('supervisor' | 'app')[]): void {
    this.#upWith = undefined;
    for (const name of names) {
      const pid = name === 'app' ? this.#scratch.pid('app') : this.#scratch.state.supervisor.pid;
      process.kill(pid, 'SIGKILL');
    }
  }

  async remove(): Promise<void> {
    await this.#scratch.remove();
  }

  #run(line: string, environment: Readonly<Record<string, string>> = {}) {
    // The Makefile is the checkout's. Nothing is compiled anew in the middle of a test.
    const make = `make() { command make --old-file=build --no-print-directory -C '${projectRoot}' "$@"; }`;
    return execa('bash', ['-c', `${make}; ${this.here(line)}`], {
      all: true,
      cwd: this.folder,
      extendEnv: false,
      env: { ...cleanEnvironment, ...this.#scratch.environment, ENGINE: 'native', ...environment },
      stdin: 'ignore',
    });
  }
}
