import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'dotenv';
import jwt from 'jsonwebtoken';
import type { ClientOptions } from 'ws';
import { connect, type TestClient } from '../../../../app/test/helpers/client.js';
import { freePorts } from '../../../../app/test/helpers/stack/free-ports.js';
import type { StackState } from '../../../src/stack/state.js';
import { processesOf } from './processes.js';
import { type Environment, hermes, type Run, run, unprivileged } from './run.js';

export interface ScratchOptions {
  /** Of the folder; only its owner may enter it otherwise. */
  readonly mode?: number;
  /** Owned by an unprivileged user, who also runs every command. */
  readonly unprivileged?: boolean;
  /** Groups that the unprivileged user is a member of, besides its own. */
  readonly groups?: readonly number[];
  /** For every command. */
  readonly environment?: Environment;
}

/** An installation of its own: an empty folder, ports that nobody uses, and the command line for both. */
export class Scratch {
  readonly root: string;
  readonly ports: Readonly<Record<'http' | 'https' | 'app' | 'watch' | 'answer', number>>;
  readonly environment: Environment;
  readonly #unprivileged: boolean;
  readonly #groups: readonly number[];

  constructor(
    root: string,
    ports: Scratch['ports'],
    { unprivileged: asNobody = false, groups = [], environment: more = {} }: ScratchOptions,
  ) {
    this.root = root;
    this.ports = ports;
    this.#unprivileged = asNobody;
    this.#groups = groups;
    this.environment = {
      HERMES_PROJECT: root,
      // A Docker engine may answer on this machine.
      ENGINE: 'native',
      HTTP_PORT: String(ports.http),
      HTTPS_PORT: String(ports.https),
      APP_PORT: String(ports.app),
      WATCH_PORT: String(ports.watch),
      ACME_ANSWER_PORT: String(ports.answer),
      DRAIN_SECONDS: '0',
      ...(asNobody && { HOME: root, TMPDIR: root }),
      ...more,
    };
  }

  /** Publishes an uplink of tenant `t1` at the app itself. @returns its id */
  async publish(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.ports.app}/messages`, {
      method: 'POST',
      headers: { 'X-API-Key': this.secrets.SERVICE_API_KEY ?? '', 'Content-Type': 'application/json' },
      body: JSON.stringify({ tenant_id: 't1', dev_eui: 'd1', payload: {} }),
    });
    assert.equal(response.status, 202);
    return ((await response.json()) as { id: string }).id;
  }

  at(...names: string[]): string {
    return join(this.root, ...names);
  }

  read(...names: string[]): string {
    return readFileSync(this.at(...names), 'utf8');
  }

  /** Runs a verb; `KEY=value` among its words sets a setting. */
  hermes(...words: string[]): Promise<Run> {
    return this.run([...hermes, ...words]);
  }

  /** The same under a clock that was set, by libfaketime; absent: as it is. */
  hermesAt(at: Date | undefined, ...words: string[]): Promise<Run> {
    if (!at) return this.hermes(...words);
    const offset = `${Math.round((at.getTime() - Date.now()) / 1_000)}`;
    const library = '/usr/$LIB/faketime/libfaketime.so.1';
    return this.run([...hermes, ...words], {
      LD_PRELOAD: library,
      FAKETIME: offset.startsWith('-') ? offset : `+${offset}`,
    });
  }

  run(command: readonly string[], environment: Environment = {}): Promise<Run> {
    const all = { ...this.environment, ...environment };
    return run(this.#unprivileged ? unprivileged(command, this.#groups) : command, all, this.root);
  }

  /** Starts the stack, which must succeed. */
  async up(...settings: string[]): Promise<string> {
    const { code, all } = await this.hermes('up', ...settings);
    if (code !== 0) throw new Error(`\`hermes up\` failed:\n${all}`);
    return all;
  }

  get secrets(): Record<string, string> {
    return parse(this.read('.env'));
  }

  get ca(): string {
    return this.read('certs/ca/ca.pem');
  }

  get state(): StackState {
    return JSON.parse(this.read('.hermes/run/state.json'));
  }

  pid(name: 'app' | `app-${number}` | 'nginx' | 'traefik' | 'watch'): number {
    return this.state.processes[name]?.identity?.pid ?? 0;
  }

  get pids(): number[] {
    const { supervisor, processes } = this.state;
    return [supervisor.pid, ...Object.values(processes).map(({ identity }) => identity?.pid ?? 0)];
  }

  /** A client's socket with a token of its own. */
  async connect(
    url = `wss://localhost:${this.ports.https}`,
    options: ClientOptions & { readonly servername?: string } = {},
  ): Promise<TestClient> {
    const token = jwt.sign({ user_id: 'u1', cs_tenant_id: 't1' }, this.secrets.JWT_SECRET_KEY ?? '', {
      expiresIn: '1h',
    });
    const headers = { Authorization: `Bearer ${token}`, ...options.headers };
    return connect(`${url}/ws`, [], {
      ...(url.startsWith('wss') && !options.ca && { ca: this.ca }),
      ...options,
      headers,
    });
  }

  /** Stops what runs, whatever state it is in, and takes the folder away. */
  async remove(): Promise<void> {
    const complaint = processesOf(this.root).length > 0 ? await this.#down() : '';
    const left = processesOf(this.root);
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    rmSync(this.root, { recursive: true, force: true });
    if (complaint || left.length > 0)
      throw new Error(`not cleaned up: ${JSON.stringify(left)}\n${complaint}`);
  }

  async #down(): Promise<string> {
    const { code, all } = await this.hermes('down');
    return code === 0 ? '' : all;
  }
}

const made: Scratch[] = [];

export async function scratch(options: ScratchOptions = {}): Promise<Scratch> {
  const { mode = 0o700, unprivileged = false } = options;
  const root = mkdtempSync(join(tmpdir(), 'hermes-commands-'));
  chmodSync(root, mode);
  if (unprivileged && process.getuid?.() === 0) chownSync(root, nobody.uid, nobody.gid);
  const free = await freePorts('http', 'https', 'app', 'watch', 'answer');
  const ports = {
    http: Number(free.http),
    https: Number(free.https),
    app: Number(free.app),
    watch: Number(free.watch),
    answer: Number(free.answer),
  };
  const one = new Scratch(root, ports, options);
  made.push(one);
  return one;
}

/** For `afterEach` or `after`: nothing of a test may stay behind. */
export async function removeScratches(): Promise<void> {
  await Promise.all(made.splice(0).map((one) => one.remove()));
}

/** Debian's; where they differ, `setpriv` says so. */
const nobody = { uid: 65_534, gid: 65_534 };
