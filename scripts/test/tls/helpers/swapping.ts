import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { describeCertificate } from '../../../../app/src/tls/certificate-info.js';
import type { Pair } from '../../../../app/src/tls/pair.js';
import { installSet } from '../../../src/certs/certificate-set.js';
import { ensureLocal } from '../../../src/certs/ensure-local.js';
import { livePath } from '../../../src/certs/layout.js';
import { issueLeaf, newLeafKey } from '../../../src/certs/leaf.js';
import type { LocalCa } from '../../../src/certs/local-ca.js';
import { installServedCopy } from '../../../src/certs/served-copy.js';
import { newProject } from '../../certs/helpers/project.js';

const domains = ['localhost'];
const name = 'localhost';

/** A project whose certificate is swapped by the kit's own code. */
export class Swapping {
  readonly folder: string;
  readonly ca: LocalCa;
  readonly #first: Pair;
  readonly #gid: number | undefined;

  private constructor(folder: string, ca: LocalCa, first: Pair, gid: number | undefined) {
    this.folder = folder;
    this.ca = ca;
    this.#first = first;
    this.#gid = gid;
  }

  /** @param gid group of nginx's workers */
  static async begin(gid?: number): Promise<Swapping> {
    const folder = newProject();
    const { ca, pair } = await ensureLocal({ folder, domains, days: 90, gid });
    return new Swapping(folder, ca, pair, gid);
  }

  /** Path of a file in use. */
  live(file: 'tls' | 'fullchain' | 'privkey'): string {
    return livePath(this.folder, name, file);
  }

  /** Issues certificates beforehand, so that nothing but the swap happens under load. */
  issue(count: number, keys: 'the same key' | 'new keys'): Promise<Pair[]> {
    return Promise.all(Array.from({ length: count }, () => this.#issueOne(keys === 'new keys')));
  }

  async install(pair: Pair): Promise<void> {
    const roots = [this.ca.certificate];
    await installSet({ folder: this.folder, domains, pair, origin: 'a test', roots, gid: this.#gid });
  }

  /** Brings the copy for the workers up to date. */
  async copyTo(path: string): Promise<void> {
    await installServedCopy({ folder: this.folder, name, path, gid: this.#gid });
  }

  async #issueOne(newKey: boolean): Promise<Pair> {
    const key = newKey ? newLeafKey() : createPrivateKey(this.#first.key);
    const leaf: X509Certificate = await issueLeaf({ ca: this.ca, domains, days: 90, key, now: new Date() });
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { key: pem, cert: leaf.toString(), chain: [leaf], leaf: describeCertificate(leaf) };
  }
}
