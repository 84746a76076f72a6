import { randomUUID } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { ask } from '../../../../app/test/helpers/answer.js';
import { processesOf } from '../../commands/helpers/processes.js';
import type { Run } from '../../commands/helpers/run.js';
import { type Scratch, type ScratchOptions, scratch } from '../../commands/helpers/scratch.js';
import { type Container, docker, dockerAll, inspect, lines } from './docker.js';

type Settings = Readonly<Record<string, string>>;

/** What a stack has of the engine and of this host; volumes are meant to stay. */
export interface Left {
  readonly containers: string[];
  readonly networks: string[];
  readonly processes: string[];
}

/** A stack in containers that is an operator's: a folder, ports and a Compose project of its own, driven by `make`. */
export class ContainerStack {
  /** Its folder and ports. */
  readonly one: Scratch;
  /** Name of the Compose project. */
  readonly name: string;
  /** The line for `docker compose` that `make up` printed last. */
  line = '';
  /** How clients name and verify it, where that is not by the local CA. */
  identity: { readonly host: string; readonly ca: string } | undefined;

  private constructor(one: Scratch, name: string) {
    this.one = one;
    this.name = name;
  }

  /** @param user of every command; absent: whoever runs the tests */
  static async prepare(
    settings: Settings = {},
    user: Pick<ScratchOptions, 'unprivileged' | 'groups'> = {},
  ): Promise<ContainerStack> {
    const name = `hermes-test-${randomUUID().slice(0, 8)}`;
    const environment = { ENGINE: 'docker', COMPOSE_PROJECT: name, ...settings };
    return new ContainerStack(await scratch({ environment, ...user }), name);
  }

  /** Runs a target of the menu; `KEY=value` among its words sets a setting. */
  make(...words: string[]): Promise<Run> {
    return this.one.run(['make', '--silent', '-C', projectRoot, ...words]);
  }

  /** `make up`, which must succeed. @returns what it printed */
  async up(...settings: string[]): Promise<string> {
    const { code, all } = await this.make('up', 'ENGINE=docker', ...settings);
    if (code !== 0) throw new Error(`\`make up\` failed:\n${all}`);
    this.line = /^ {2}Compose {2}(docker compose .*)$/m.exec(all)?.[1] ?? '';
    return all;
  }

  /** The line that `make up` printed, with something behind it, in a shell of nobody's settings. */
  async byLine(...words: string[]): Promise<void> {
    const { code, all } = await this.one.run([
      'env',
      '-i',
      `PATH=${process.env.PATH}`,
      'HOME=/',
      'sh',
      '-ec',
      [this.line, ...words].join(' '),
    ]);
    if (code !== 0) throw new Error(`${this.line} ${words.join(' ')}:\n${all}`);
  }

  /** Its containers, or those of one service; ended ones too. */
  async containers(service?: string): Promise<Container[]> {
    const filter = service ? ['--filter', `label=com.docker.compose.service=${service}`] : [];
    return inspect(await lines('ps', '--all', '--quiet', '--no-trunc', '--filter', this.#label, ...filter));
  }

  /** The app's metrics in one of its containers, as Prometheus reads them. */
  metrics(container: string, scheme: 'http' | 'https' = 'http', ca?: string): Promise<string> {
    const options = `{ host: '127.0.0.1', port: 5000, path: '/metrics', servername: 'localhost', ca: process.env.CA }`;
    const program = `require('node:${scheme}').get(${options}, (answer) => answer.pipe(process.stdout))`;
    return docker(
      'exec',
      ...(scheme === 'https' ? ['--env', `CA=${ca ?? this.one.ca}`] : []),
      container,
      'node',
      '-e',
      program,
    );
  }

  /** The sum of one of them over its labels. */
  async metric(container: string, name: string): Promise<number> {
    const text = await this.metrics(container);
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (.+)$`, 'gm'))];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  /** What the containers of a service have written. */
  async log(service: string): Promise<string> {
    const texts = (await this.containers(service)).map(({ Id }) => dockerAll('logs', Id));
    return (await Promise.all(texts)).join('');
  }

  /** Where clients connect through the proxy, and how they verify it. */
  get wss(): { readonly url: string; readonly ca: string; readonly host: string | undefined } {
    const { ports } = this.one;
    const { host = undefined, ca = this.one.ca } = this.identity ?? {};
    return { url: `wss://localhost:${ports.https}`, ca, host };
  }

  /** Publishes as a service does, through the proxy. */
  publish(uplink: object) {
    return this.ask('/messages', { method: 'POST', body: JSON.stringify(uplink) });
  }

  /** Asks as a service does, with its key. */
  ask(path: string, { headers, ...more }: RequestOptions & { readonly body?: string } = {}) {
    const { ports, secrets } = this.one;
    const { ca, host } = this.wss;
    const options: RequestOptions & { readonly body?: string } = {
      ca,
      ...(host && { servername: host }),
      headers: { 'X-API-Key': secrets.SERVICE_API_KEY, ...(host && { Host: host }), ...headers },
      ...more,
    };
    return ask(`https://localhost:${ports.https}`, path, options);
  }

  /** What it has now, whoever started it: also what no label of Compose says is its own. */
  async left(): Promise<Left> {
    const all = await inspect(await lines('ps', '--all', '--quiet', '--no-trunc'));
    const own = all.filter(
      ({ Config, Mounts }) =>
        Config.Labels['com.docker.compose.project'] === this.name ||
        Mounts.some(({ Source }) => Source?.startsWith(this.one.root)),
    );
    return {
      containers: own.map(({ Id }) => Id),
      networks: await lines('network', 'ls', '--quiet', '--filter', this.#label),
      processes: processesOf(this.one.root).map(({ command }) => command),
    };
  }

  volumes(): Promise<string[]> {
    return lines('volume', 'ls', '--quiet', '--filter', this.#label);
  }

  /** Takes away whatever there is of it, volumes too. The folder is one of `removeScratches`. */
  async remove(): Promise<void> {
    const { containers, networks } = await this.left();
    if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
    if (networks.length > 0) await docker('network', 'rm', ...networks);
    const volumes = await this.volumes();
    if (volumes.length > 0) await docker('volume', 'rm', ...volumes);
  }

  get #label(): string {
    return `label=com.docker.compose.project=${this.name}`;
  }
}
