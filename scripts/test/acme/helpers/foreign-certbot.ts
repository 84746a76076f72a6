import { loadSettings } from '../../../../app/src/settings/load.js';
import { freePort } from '../../../../app/test/helpers/process.js';
import { ensureCertbot } from '../../../src/acme/certbot-program.js';
import type { Run } from '../../commands/helpers/run.js';
import type { Scratch } from '../../commands/helpers/scratch.js';
import type { Pebble } from './pebble.js';

/** A certbot that an operator keeps for himself, with folders of its own. */
export class ForeignCertbot {
  readonly #one: Scratch;
  readonly #program: string;
  readonly #pebble: Pebble;
  readonly #port: number;

  private constructor(one: Scratch, program: string, pebble: Pebble, port: number) {
    this.#one = one;
    this.#program = program;
    this.#pebble = pebble;
    this.#port = port;
  }

  /** @param start gives the CA, which looks at a port */
  static async install(one: Scratch, start: (httpPort: number) => Promise<Pebble>): Promise<ForeignCertbot> {
    const port = await freePort();
    const { settings } = loadSettings({ folder: one.root, environment: {} });
    const program = await ensureCertbot(settings, () => {});
    return new ForeignCertbot(one, program, await start(port), port);
  }

  get folder(): string {
    return this.#one.at('letsencrypt');
  }

  /** A file of a certificate, where certbot has it for others. */
  file(name: string, part: 'fullchain' | 'privkey'): string {
    return `${this.folder}/live/${name}/${part}.pem`;
  }

  issue(name: string): Promise<Run> {
    return this.#run(
      ...['certonly', '--standalone', '--http-01-port', String(this.#port), '--domain', name],
      ...['--server', this.#pebble.url, '--agree-tos', '--register-unsafely-without-email'],
    );
  }

  /** Renews everything, due or not. */
  renew(...more: string[]): Promise<Run> {
    return this.#run('renew', '--force-renewal', '--no-random-sleep-on-renew', ...more);
  }

  #run(...words: string[]): Promise<Run> {
    const folders = [
      `--config-dir=${this.folder}`,
      `--work-dir=${this.folder}`,
      `--logs-dir=${this.folder}/logs`,
    ];
    return this.#one.run([this.#program, ...words, '--non-interactive', ...folders], {
      REQUESTS_CA_BUNDLE: this.#pebble.bundle,
    });
  }
}
