import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { domain, type Installation } from './installation.js';

/** Milliseconds between two looks. */
const interval = 10;

/** Watches when a new certificate is put in use, and when the wire has it. */
export class ServedSince {
  readonly #installation: Installation;
  /** By serial: when it was on disk, and when it was served. */
  readonly #installed = new Map<string, number>();
  readonly #served = new Map<string, number>();
  #stopped = false;
  readonly #watching: Promise<unknown>;

  constructor(installation: Installation) {
    this.#installation = installation;
    this.#watching = Promise.all([this.#watchDisk(), this.#watchWire()]);
  }

  /** Milliseconds from disk to wire, for each certificate that came after the first. */
  async delays(): Promise<number[]> {
    this.#stopped = true;
    await this.#watching;
    return [...this.#installed].slice(1).map(([serial, since]) => {
      return Math.max(0, (this.#served.get(serial) ?? Number.POSITIVE_INFINITY) - since);
    });
  }

  async #watchDisk(): Promise<void> {
    const { one } = this.#installation;
    while (!this.#stopped) {
      const pem = readFileSync(one.at('certs/live', domain, 'fullchain.pem'));
      const { serialNumber } = new X509Certificate(pem);
      if (!this.#installed.has(serialNumber)) this.#installed.set(serialNumber, performance.now());
      await pause(interval);
    }
  }

  async #watchWire(): Promise<void> {
    const options = await this.#installation.clientOptions();
    while (!this.#stopped) {
      const serial = await servedSerial(this.#installation, options);
      if (!this.#served.has(serial)) this.#served.set(serial, performance.now());
      await pause(interval);
    }
  }
}

/** Serial of the certificate that a new client gets, verified. */
export async function servedSerial(
  { url }: Installation,
  { secureContext, servername }: Awaited<ReturnType<Installation['clientOptions']>>,
): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), servername, secureContext });
  await once(socket, 'secureConnect');
  const serial = socket.getPeerX509Certificate()?.serialNumber ?? '';
  socket.destroy();
  return serial;
}
