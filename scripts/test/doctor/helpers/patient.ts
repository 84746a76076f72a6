import { readFileSync, writeFileSync } from 'node:fs';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { startMosquitto } from '../../../../app/test/helpers/servers/mosquitto.js';
import { startRedis } from '../../../../app/test/helpers/servers/redis.js';
import type { ServerProcess } from '../../../../app/test/helpers/servers/server-process.js';
import { until } from '../../../../app/test/helpers/wait.js';
import { certificatePaths } from '../../../src/certs/layout.js';
import { awaitZone, startNamed } from '../../acme/helpers/named.js';
import type { Files } from '../../certs/helpers/openssl.js';
import type { Run } from '../../commands/helpers/run.js';
import { type Scratch, scratch } from '../../commands/helpers/scratch.js';

/** Puts things back. */
export type Undo = () => unknown;

/** A name in DNS besides `localhost`. */
export const name = 'hermes.doctor.test';
const zone = 'doctor.test';
const sound = ['hermes A 127.0.0.1'];

/** A whole stack that was well when it came up: real nginx, app, Redis, MQTT broker and DNS server. */
export class Patient {
  readonly stack: Scratch;
  readonly redis: ServerProcess;
  readonly broker: ServerProcess;
  readonly dns: ServerProcess;

  private constructor(stack: Scratch, redis: ServerProcess, broker: ServerProcess, dns: ServerProcess) {
    this.stack = stack;
    this.redis = redis;
    this.broker = broker;
    this.dns = dns;
  }

  static async create(): Promise<Patient> {
    const [redis, broker, dns] = await Promise.all([startRedis(), startMosquitto(), startNamed(zone, sound)]);
    const environment = {
      DOMAIN: `localhost,${name}`,
      ACME_RESOLVER: `127.0.0.1:${dns.port}`,
      REDIS_URL: redis.url,
      MQTT_URL: broker.url,
      // Fewer than the open files that any machine allows.
      MAX_CONNECTIONS: '200',
    };
    const stack = await scratch({ environment });
    await stack.up();
    return new Patient(stack, redis, broker, dns);
  }

  async remove(): Promise<void> {
    await this.stack.remove();
    await Promise.all([this.redis, this.broker, this.dns].map((one) => one.stop()));
  }

  doctor(...words: string[]): Promise<Run> {
    return this.stack.hermes('doctor', '--json', ...words);
  }

  /** Runs a command as it was told to the operator, with the Makefile of the checkout. */
  async sh(line: string): Promise<void> {
    const make = `make() { command make --old-file=build --silent -C '${projectRoot}' "$@"; }`;
    const { code, all } = await this.stack.run(['bash', '-ec', `${make}; ${line}`]);
    if (code !== 0) throw new Error(`\`${line}\` failed:\n${all}`);
  }

  get ca(): Files {
    const { caCert: cert, caKey: key } = certificatePaths(this.stack.root);
    return { cert, key };
  }

  /** Changes a file, or makes it. */
  edit(file: string, change: (text: string) => string): Undo {
    const before = readFileSync(file);
    const after = change(String(before));
    if (after === String(before)) throw new Error(`nothing has changed in ${file}`);
    writeFileSync(file, after);
    return () => writeFileSync(file, before);
  }

  /** The same with a file of nginx's rendered configuration, which nginx takes up. */
  async editNginx(file: string, change: (text: string) => string): Promise<Undo> {
    const undo = this.edit(this.stack.at('.hermes/build/nginx', file), change);
    await this.reloadNginx();
    return async () => {
      undo();
      await this.reloadNginx();
    };
  }

  /** Waits for new workers; those before may go on for their clients. */
  async reloadNginx(): Promise<void> {
    const master = this.stack.pid('nginx');
    const before = childrenOf(master);
    process.kill(master, 'SIGHUP');
    await until(
      () =>
        childrenOf(master).some((pid) => !before.includes(pid)) &&
        before.every((pid) => !childrenOf(master).includes(pid)),
      () => 'new workers of nginx',
    );
  }

  /** Puts other records into the zone. */
  async answer(records: readonly string[]): Promise<Undo> {
    const put = async (from: readonly string[], to: readonly string[]) => {
      this.edit(`${this.dns.dir}/zone`, (text) => text.replace(from.join('\n'), to.join('\n')));
      await this.dns.restart();
      await awaitZone(this.dns, zone);
    };
    await put(sound, records);
    return () => put(records, sound);
  }

  /** Stops who would start again what dies, then ends a process. */
  async end(
    process_: 'app' | 'nginx' | 'watch' | 'renewal',
    signal: NodeJS.Signals = 'SIGTERM',
  ): Promise<Undo> {
    const { supervisor, processes } = this.stack.state;
    const pid = processes[process_]?.identity?.pid ?? 0;
    process.kill(supervisor.pid, 'SIGSTOP');
    process.kill(pid, 'SIGCONT');
    process.kill(pid, signal);
    await until(
      () => stateOf(pid) === 'Z' || stateOf(pid) === '',
      () => `the end of ${process_}`,
    );
    return async () => {
      process.kill(supervisor.pid, 'SIGCONT');
      await this.well();
    };
  }

  /** Until the stack says that it is ready, each of its processes runs, and sockets get through. */
  async well(): Promise<void> {
    await until(
      async () => (await this.doctor()).code === 0,
      () => 'a stack that is well',
      60_000,
      500,
    );
  }
}

/** In proc(5): `Z` for one that nobody has waited for; empty for none. */
function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  } catch {
    return '';
  }
}

const childrenOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
