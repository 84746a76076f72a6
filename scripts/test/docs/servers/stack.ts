import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'dotenv';
import { execa } from 'execa';
import jwt, { type SignOptions } from 'jsonwebtoken';
import { until } from '../../../../app/test/helpers/wait.js';
import { certificatePaths } from '../../../src/certs/layout.js';
import { freePorts } from '../../render/helpers/ports.js';
import type { Target } from '../clients/client.js';
import { cleanEnvironment } from '../clients/process.js';

const checkout = fileURLToPath(new URL('../../../../', import.meta.url));

/** Ports as the documentation has them, by setting. */
const documented = { HTTP_PORT: '8080', HTTPS_PORT: '8443', APP_PORT: '5000' } as const;

/** What `make up` starts, in a folder and on ports of its own. */
export class Stack {
  /** Where the operator stands: `certs` and `.env` are here. */
  readonly folder: string;
  readonly #ports: Readonly<Record<keyof typeof documented, string>>;

  private constructor(folder: string, ports: readonly number[]) {
    this.folder = folder;
    const [http, https, app] = ports.map(String);
    this.#ports = { HTTP_PORT: http ?? '', HTTPS_PORT: https ?? '', APP_PORT: app ?? '' };
  }

  static async create(): Promise<Stack> {
    const folder = mkdtempSync(join(tmpdir(), 'hermes-docs-'));
    // So that nginx's workers may enter, as in most places where a checkout lies.
    chmodSync(folder, 0o755);
    return new Stack(folder, await freePorts(3));
  }

  get ca(): string {
    return certificatePaths(this.folder).caCert;
  }

  /** A text of the documentation, with the ports of this stack. */
  here(text: string): string {
    return Object.entries(documented).reduce(
      (result, [setting, port]) => result.replaceAll(port, this.#ports[setting as keyof typeof documented]),
      text,
    );
  }

  /** @param address as the documentation has it, such as `wss://localhost:8443/ws` */
  target(address: string, given: Partial<Target> = {}): Target {
    return { url: this.here(address), ca: this.ca, token: this.token(), ...given };
  }

  /** As `make token USER=me TENANT=demo` prints it. @param life such as `1h` */
  token(life: SignOptions['expiresIn'] = '1h'): string {
    const { JWT_SECRET_KEY = '' } = parse(readFileSync(join(this.folder, '.env')));
    return jwt.sign({ user_id: 'me', cs_tenant_id: 'demo' }, JWT_SECRET_KEY, { expiresIn: life });
  }

  /** Brings it up with the default settings, but for these. */
  async up(...settings: string[]): Promise<this> {
    await this.sh(`make up ${settings.join(' ')}`);
    return this;
  }

  /**
   * Runs a command line of the documentation as it stands there, but for the ports.
   * @returns what it printed
   * @throws with what it printed, when it fails
   */
  async sh(line: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const { all } = await this.#run(line, environment);
    return all;
  }

  /** What a command prints on standard output alone. */
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

  /** The log of a process, once it has these words. */
  async logged(name: 'app' | 'nginx', words: string): Promise<string> {
    const read = () => readFileSync(join(this.folder, `.hermes/logs/${name}.log`), 'utf8');
    await until(
      () => read().includes(words),
      () => `${words} in ${name}.log`,
    );
    return read();
  }

  /** Pids of what runs, by name. */
  get pids(): Readonly<Record<'supervisor' | 'app' | 'nginx', number>> {
    const state = JSON.parse(readFileSync(join(this.folder, '.hermes/run/state.json'), 'utf8'));
    const { app, nginx } = state.processes;
    return { supervisor: state.supervisor.pid, app: app.pid, nginx: nginx?.pid };
  }

  async remove(): Promise<void> {
    await this.sh('make down');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run(line: string, environment: Readonly<Record<string, string>> = {}) {
    // The Makefile is the checkout's; what is there is taken as built, because others may be building it.
    const make = `make() { command make --old-file=build --no-print-directory -C '${checkout}' "$@"; }`;
    return execa('bash', ['-c', `${make}; ${this.here(line)}`], {
      all: true,
      cwd: this.folder,
      extendEnv: false,
      env: {
        ...cleanEnvironment,
        HERMES_PROJECT: this.folder,
        ENGINE: 'native',
        DRAIN_SECONDS: '0',
        ...this.#ports,
        ...environment,
      },
      stdin: 'ignore',
    });
  }
}
