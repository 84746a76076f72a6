import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { until } from '../../../../app/test/helpers/wait.js';
import { domain, type Installation } from './installation.js';

/** Where a certificate is written, and how often to look. */
export interface Place {
  /** PEM; undefined while it is being written. */
  readonly pem: () => string | undefined;
  /** Milliseconds. */
  readonly interval: number;
}

/** Watches when a new certificate is put in use, and when the wire has it. */
export class ServedSince {
  readonly #installation: Installation;
  readonly #place: Place;
  /** By serial: when it was on disk, and when it was served. */
  readonly #installed = new Map<string, number>();
  readonly #served = new Map<string, number>();
  readonly #handshakes: { readonly begun: number; readonly serial: string }[] = [];
  #stopped = false;
  readonly #watching: Promise<unknown>;

  /** @param place absent: `certs/live` */
  constructor(
    installation: Installation,
    place: Place = {
      pem: () => readFileSync(installation.one.at('certs/live', domain, 'fullchain.pem'), 'utf8'),
      interval: 10,
    },
  ) {
    this.#installation = installation;
    this.#place = place;
    this.#watching = Promise.all([this.#watchDisk(), this.#watchWire()]);
  }

  /** Certificates that came after the first. */
  get renewals(): number {
    return this.#installed.size - 1;
  }

  /** Milliseconds from disk to wire, for each certificate that came after the first; the last one gets its time. */
  async delays(): Promise<number[]> {
    const newest = [...this.#installed.keys()].at(-1) ?? '';
    await until(
      () => this.#served.has(newest),
      () => 'the newest certificate on the wire',
    ).catch(() => {});
    this.#stopped = true;
    await this.#watching;
    return [...this.#installed].slice(1).map(([serial, since]) => {
      return Math.max(0, (this.#served.get(serial) ?? Number.POSITIVE_INFINITY) - since);
    });
  }

  /**
   * Handshakes that got an earlier certificate though they were begun more than so many milliseconds after the next one
   * was written. A slow machine makes handshakes late, but not stale. To be asked after `delays`.
   */
  stale(patience: number): number {
    const serials = [...this.#installed.keys()];
    return this.#handshakes.filter(({ begun, serial }) => {
      const next = serials[serials.indexOf(serial) + 1];
      const written = next === undefined ? undefined : this.#installed.get(next);
      return written !== undefined && begun > written + patience;
    }).length;
  }

  async #watchDisk(): Promise<void> {
    while (!this.#stopped) {
      const pem = this.#place.pem();
      const serial = pem && new X509Certificate(pem).serialNumber;
      if (serial && !this.#installed.has(serial)) this.#installed.set(serial, performance.now());
      await pause(this.#place.interval);
    }
  }

  async #watchWire(): Promise<void> {
    const options = await this.#installation.clientOptions();
    while (!this.#stopped) {
      const begun = performance.now();
      const serial = await servedSerial(this.#installation, options);
      this.#handshakes.push({ begun, serial });
      if (!this.#served.has(serial)) this.#served.set(serial, performance.now());
      await pause(this.#place.interval);
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
