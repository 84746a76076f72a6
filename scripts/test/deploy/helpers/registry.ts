import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { until } from '../../../../app/test/helpers/wait.js';
import { docker } from '../../compose/helpers/docker.js';

const recipe = `
FROM debian:bookworm-slim
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker-registry \\
    && rm -rf /var/lib/apt/lists/*
# Debian's own configuration asks for a password.
RUN printf '%s\\n' 'version: 0.1' 'storage: { filesystem: { rootdirectory: /var/lib/registry } }' 'http: { addr: ":5000" }' \\
    > /etc/docker/registry/config.yml
CMD ["docker-registry", "serve", "/etc/docker/registry/config.yml"]
`;

/** Debian's registry in a container, on a port of this host. */
export class Registry {
  readonly #name = `hermes-test-registry-${randomUUID().slice(0, 8)}`;
  /** Host and port. */
  host = '';

  /** @param address of this host at which it answers */
  static async start(address = '127.0.0.1'): Promise<Registry> {
    const one = new Registry();
    await execa('docker', ['build', '--quiet', '--tag', one.#name, '-'], { input: recipe });
    await docker('run', '--detach', '--name', one.#name, '--publish', `${address}::5000`, one.#name);
    one.host = (await docker('port', one.#name, '5000')).trim().split('\n')[0] ?? '';
    const answers = () =>
      fetch(`http://${one.host}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      );
    try {
      await until(answers, () => 'a registry that answers', 60_000, 100);
    } catch (error) {
      await one.remove();
      throw error;
    }
    return one;
  }

  /** @returns tags of an image there */
  async tags(name: string): Promise<string[]> {
    const answer = await fetch(`http://${this.host}/v2/${name}/tags/list`);
    return ((await answer.json()) as { tags?: string[] }).tags ?? [];
  }

  async remove(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.#name).catch(() => {});
    await docker('rmi', this.#name).catch(() => {});
  }
}
