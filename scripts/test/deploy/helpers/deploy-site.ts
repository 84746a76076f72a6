import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { freePorts } from '../../../../app/test/helpers/stack/free-ports.js';
import type { Journal } from '../../../src/deploy/journal.js';
import { hermes, type Run, run } from '../../commands/helpers/run.js';
import { docker, lines } from '../../compose/helpers/docker.js';
import { type Sshd, startSshd } from '../../remote/helpers/sshd.js';

type Settings = Readonly<Record<string, string>>;

/** A host that is deployed to: a real sshd on this machine, a folder and ports of its own, and the engine of this one. */
export class DeploySite {
  readonly sshd: Sshd;
  readonly root: string;
  readonly project: string;
  readonly ports: { readonly http: number; readonly https: number };
  /** For the first deploy. */
  readonly settings: Settings;
  readonly #operator: string;

  private constructor(sshd: Sshd, ports: DeploySite['ports'], settings: Settings) {
    this.sshd = sshd;
    this.root = mkdtempSync(join(tmpdir(), 'hermes-deploy-'));
    this.#operator = mkdtempSync(join(tmpdir(), 'hermes-operator-'));
    this.project = `hermes-deploy-${randomUUID().slice(0, 8)}`;
    this.ports = ports;
    this.settings = {
      HTTP_PORT: String(ports.http),
      HTTPS_PORT: String(ports.https),
      COMPOSE_PROJECT: this.project,
      ...settings,
    };
  }

  static async prepare(settings: Settings = {}): Promise<DeploySite> {
    const free = await freePorts('http', 'https');
    const ports = { http: Number(free.http), https: Number(free.https) };
    return new DeploySite(await startSshd(), ports, settings);
  }

  /** The environment of the operator who deploys. @param config of ssh */
  environment(config = this.sshd.config): Record<string, string> {
    return { HERMES_PROJECT: this.#operator, SSH_CONFIG: config, DEPLOY_PATH: this.root };
  }

  /** The words of a verb that goes to this host. */
  words(verb: string, ...more: string[]): string[] {
    return [...hermes, verb, '--host', this.sshd.host, ...more];
  }

  hermes(verb: string, ...more: string[]): Promise<Run> {
    return run(this.words(verb, ...more), this.environment(), this.#operator);
  }

  /** A deploy, with the settings of the site where it is the first one. */
  deploy(image: string, ...more: string[]): Promise<Run> {
    const first = existsSync(join(this.root, 'current'))
      ? []
      : Object.entries(this.settings).map(([key, value]) => `${key}=${value}`);
    return this.hermes('deploy', '--image', image, ...first, ...more);
  }

  read(...names: string[]): string {
    return readFileSync(join(this.root, ...names), 'utf8');
  }

  get secrets(): Record<string, string> {
    return parse(this.read('.env'));
  }

  get ca(): string {
    return this.read('certs/ca/ca.pem');
  }

  get url(): string {
    return `https://localhost:${this.ports.https}`;
  }

  get journal(): Journal | undefined {
    try {
      return JSON.parse(this.read('journal'));
    } catch {
      return undefined;
    }
  }

  /** Images of the app's containers that run. */
  async images(): Promise<string[]> {
    const filter = `label=monitor-hermes.folder=${this.root}`;
    const all = await lines(
      'ps',
      '--filter',
      filter,
      '--filter',
      'label=monitor-hermes.release',
      '--format',
      '{{.Image}}',
    );
    return all.sort();
  }

  async remove(): Promise<void> {
    const own = (kind: string) =>
      lines(kind, 'ls', '--quiet', '--filter', `label=com.docker.compose.project=${this.project}`);
    const containers = await lines(
      'ps',
      '--all',
      '--quiet',
      '--filter',
      `label=monitor-hermes.folder=${this.root}`,
    );
    if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
    for (const kind of ['network', 'volume']) {
      const names = await own(kind);
      if (names.length > 0) await docker(kind, 'rm', ...names);
    }
    await this.sshd.server.stop();
    for (const folder of [this.root, this.#operator]) rmSync(folder, { recursive: true, force: true });
  }
}
