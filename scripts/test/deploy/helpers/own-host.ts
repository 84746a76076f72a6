import { chmodSync, chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'dotenv';
import { execa } from 'execa';
import { ask } from '../../../../app/test/helpers/answer.js';
import { type Run, run } from '../../commands/helpers/run.js';
import { OwnEngine } from '../../containers/helpers/own-engine.js';
import { OwnNetwork } from '../../containers/helpers/own-network.js';
import { type Sshd, startSshd } from '../../remote/helpers/sshd.js';
import { DeployUser } from './deploy-user.js';

/** The name that clients ask for. */
export const domain = 'hermes.test';

/**
 * A host that is deployed to, on a network of its own: its engine, its sshd, its ports 80 and 443, and a user who deploys.
 * It can be switched off.
 */
export class OwnHost {
  readonly network: OwnNetwork;
  readonly engine: OwnEngine;
  readonly user: DeployUser;
  readonly #sshd: Sshd;
  readonly #operator = mkdtempSync(join(tmpdir(), 'hermes-operator-'));
  /** PEM of the CA that clients trust. */
  ca = '';

  private constructor(network: OwnNetwork, engine: OwnEngine, sshd: Sshd, user: DeployUser) {
    this.network = network;
    this.engine = engine;
    this.#sshd = sshd;
    this.user = user;
  }

  /** @param images of this machine's engine that it has from the beginning */
  static async start(images: readonly string[]): Promise<OwnHost> {
    const network = await OwnNetwork.make();
    const engine = await OwnEngine.start({ network, images });
    // Its socket is for the group docker, as everywhere; the folder that it is in, of tests, is for root.
    chmodSync(dirname(engine.environment.DOCKER_HOST.replace('unix://', '')), 0o711);
    const sshd = await startSshd({
      address: engine.address,
      through: engine.machine.onNetwork,
      environment: engine.environment,
    });
    return new OwnHost(network, engine, sshd, await DeployUser.make(sshd));
  }

  /**
   * Runs the command line of an operator who deploys.
   * @param options of ssh, such as a port of this machine that the host reaches meanwhile
   */
  operate(
    command: readonly string[],
    verb: string,
    words: readonly string[] = [],
    options: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    const config = this.#sshd.configWith({ User: this.user.name, ...options });
    const environment = { HERMES_PROJECT: this.#operator, SSH_CONFIG: config };
    return run([...command, verb, '--host', this.#sshd.host, ...words], environment, this.#operator);
  }

  /** Puts a file into the folder of the installation. */
  put(file: string, name: string): void {
    const path = join(this.user.root, name);
    copyFileSync(file, path);
    chownSync(path, this.user.uid, -1);
  }

  read(...names: string[]): string {
    return readFileSync(join(this.user.root, ...names), 'utf8');
  }

  get secrets(): Record<string, string> {
    return parse(this.read('.env'));
  }

  /** Where clients connect, and how they verify it. */
  get wss() {
    return { url: `wss://${this.engine.address}`, ca: this.ca, host: domain };
  }

  /** Publishes as a service does. */
  publish(uplink: object) {
    const options: RequestOptions & { readonly body: string; readonly patience: number } = {
      // What is under way when the host is switched off gets no answer.
      patience: 5_000,
      method: 'POST',
      ca: this.ca,
      servername: domain,
      headers: { Host: domain, 'X-API-Key': this.secrets.SERVICE_API_KEY },
      body: JSON.stringify(uplink),
    };
    return ask(`https://${this.engine.address}`, '/messages', options);
  }

  /** What is in the folder of the installation that is not its user's own. */
  async foreignFiles(): Promise<string[]> {
    const { root, name } = this.user;
    const { stdout } = await execa('find', [root, '!', '-user', name]);
    return stdout.split('\n').filter(Boolean);
  }

  async remove(): Promise<void> {
    await this.#sshd.server.stop();
    await this.engine.end();
    await this.network.end();
    await this.user.remove();
    rmSync(this.#operator, { recursive: true, force: true });
  }
}
