import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { until, within } from '../../../../app/test/helpers/wait.js';
import { dockerOf } from '../../compose/helpers/docker.js';
import { removeCgroups } from './cgroups.js';
import { dockerd } from './dockerd.js';
import { childOf, Namespaces } from './namespaces.js';
import { diskInMemory } from './own-disk.js';
import { OwnNetwork } from './own-network.js';

export interface OwnEngineOptions {
  /** Images of this host's engine that it has from the beginning. */
  readonly images?: readonly string[];
  /** The network that it is on; absent: one of its own. */
  readonly network?: OwnNetwork;
  /** More arguments of `dockerd`. */
  readonly args?: readonly string[];
}

/** Milliseconds for an engine to start or end on a busy machine. */
const patience = 90_000;

/**
 * A Docker engine as if on a machine of its own: data, processes, mounts, network and addresses are none of this host's
 * engine, so it may be killed, join a swarm, or lose its network. Needs `describeOnOwnEngine`.
 */
export class OwnEngine {
  /** Where its ports answer, from this host and from others on its network. */
  readonly address: string;
  /** What points `docker` to it. */
  readonly environment: Readonly<Record<'DOCKER_HOST' | 'DOCKER_CONTEXT', string>>;
  /** `docker` and what tests make of it, at this engine. */
  readonly docker = (...args: string[]) => this.#client.docker(...args);
  readonly lines = (...args: string[]) => this.#client.lines(...args);
  readonly inspect = (ids: readonly string[]) => this.#client.inspect(ids);
  readonly #client: ReturnType<typeof dockerOf>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'hermes-engine-'));
  readonly #network: OwnNetwork;
  readonly #owned: OwnNetwork | undefined;
  readonly #args: readonly string[];
  /** Mounts that its machine begins with, and that outlast it. */
  #disk: Namespaces | undefined;
  #machine: Namespaces | undefined;
  #daemon: ChildProcess | undefined;

  private constructor(network: OwnNetwork, owned: OwnNetwork | undefined, args: readonly string[]) {
    this.#network = network;
    this.#owned = owned;
    this.#args = args;
    this.address = network.next();
    this.environment = { DOCKER_HOST: `unix://${this.#at('socket')}`, DOCKER_CONTEXT: '' };
    this.#client = dockerOf(this.environment);
  }

  static async start({ images = [], network, args = [] }: OwnEngineOptions = {}): Promise<OwnEngine> {
    const owned = network ? undefined : await OwnNetwork.make();
    const engine = new OwnEngine((network ?? owned) as OwnNetwork, owned, args);
    try {
      mkdirSync(engine.#at('data'));
      engine.#disk = await diskInMemory(engine.#at('data'));
      await engine.start();
      await engine.load(...images);
      return engine;
    } catch (error) {
      await engine.end();
      throw error;
    }
  }

  /** What the daemon wrote since the first start. */
  get log(): string {
    return readFileSync(this.#at('log'), 'utf8');
  }

  /** The machine that it runs on; another one after `crash`. */
  get machine(): Namespaces {
    if (!this.#machine) throw new Error('the machine of this engine is off');
    return this.#machine;
  }

  /** Starts the daemon, and its machine where that is off. Data, socket and address are those it had. */
  async start(): Promise<void> {
    this.#machine ??= await this.#boot();
    const log = openSync(this.#at('log'), 'a');
    writeFileSync(this.#at('daemon.json'), '{}');
    const [program, ...args] = this.#machine.entering(dockerd ?? '', ...this.#arguments());
    // containerd and its shim have to be those of the same release.
    const PATH = `${dirname(dockerd ?? '')}:${process.env.PATH}`;
    const daemon = spawn(program, args, { env: { ...process.env, PATH }, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#daemon = daemon;
    await until(
      async () =>
        hasEnded(daemon) ||
        (await this.docker('info').then(
          () => true,
          () => false,
        )),
      () => `a Docker engine of its own: ${this.log.slice(-2_000)}`,
      patience,
      100,
    );
    if (hasEnded(daemon)) throw new Error(`dockerd gave up: ${this.log.slice(-2_000)}`);
  }

  /** Gives it images of this host's engine. */
  async load(...images: string[]): Promise<void> {
    if (images.length === 0) return;
    const save = execa('docker', ['save', ...images], { stdin: 'ignore', buffer: { stdout: false } });
    await save.pipe('docker', ['load', '--quiet'], { env: this.environment });
  }

  /** Ends the daemon in good order, which ends its containers. */
  async stop(): Promise<void> {
    await this.#signal('SIGTERM');
  }

  /** Ends the daemon alone; containers go on without it. */
  async kill(): Promise<void> {
    await this.#signal('SIGKILL');
  }

  /** Switches its machine off, as a power cut does: daemon, containers, mounts and network end at once. */
  async crash(): Promise<void> {
    await this.#machine?.end();
    this.#machine = undefined;
    await removeCgroups(this.#cgroup);
    // What a machine forgets.
    for (const name of ['run', 'pid', 'socket']) rmSync(this.#at(name), { recursive: true, force: true });
  }

  /** Takes away all there is of it. */
  async end(): Promise<void> {
    await this.crash();
    await this.#disk?.end();
    rmSync(this.#folder, { recursive: true, force: true });
    await this.#owned?.end();
  }

  async #boot(): Promise<Namespaces> {
    const machine = await Namespaces.make(this.#disk);
    await this.#network.plug(machine, this.address);
    return machine;
  }

  #arguments(): string[] {
    return [
      ...['--host', this.environment.DOCKER_HOST, '--config-file', this.#at('daemon.json')],
      ...['--data-root', this.#at('data'), '--exec-root', this.#at('run'), '--pidfile', this.#at('pid')],
      ...['--cgroup-parent', `/${this.#cgroup}`],
      ...this.#args,
    ];
  }

  /** Sends a signal to the daemon itself, which is behind `nsenter`, and waits for its end. */
  async #signal(signal: NodeJS.Signals): Promise<void> {
    const daemon = this.#daemon;
    if (!daemon || hasEnded(daemon)) return;
    const ended = once(daemon, 'exit');
    const pid = childOf(daemon.pid ?? 0);
    if (pid !== undefined) process.kill(pid, signal);
    await within(ended, 'the end of dockerd', patience);
  }

  get #cgroup(): string {
    return basename(this.#folder);
  }

  readonly #at = (name: string) => join(this.#folder, name);
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
