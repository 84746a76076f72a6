import { Gauge, Registry } from 'prom-client';
import { lifeLeftOf } from '../renewal/outlook.js';
import type { Observation } from './observation.js';

const perServer = ['name', 'address'] as const;
const perCertificate = ['name'] as const;

/** The last observation as metrics. What is not known has no sample. */
export class WatchMetrics {
  readonly registry = new Registry();
  readonly #gauges: Gauge[] = [];

  readonly #notAfter = this.#gauge(
    'hermes_certificate_not_after_seconds',
    'Unix time at which the certificate expires that is served.',
    perServer,
  );
  readonly #lifeLeft = this.#gauge(
    'hermes_certificate_life_left_ratio',
    'Share of its life that the certificate has left that is served, from 1 down to 0.',
    perServer,
  );
  readonly #matches = this.#gauge(
    'hermes_certificate_wire_matches',
    'Whether the certificate on disk is served, and verifies (1), or not (0).',
    perServer,
  );
  readonly #inSight = this.#gauge(
    'hermes_certificate_renewal_in_sight',
    'Whether a renewal is in sight (1) or not (0), as `make certs` has it.',
    perCertificate,
  );
  readonly #lastLook = this.#gauge(
    'hermes_certificate_last_look_timestamp_seconds',
    'Unix time at which the renewal last looked whether one is due.',
    perCertificate,
  );
  readonly #lastSuccess = this.#gauge(
    'hermes_renewal_last_success_timestamp_seconds',
    'Unix time at which such a look last ended well, whether or not one was due.',
    perCertificate,
  );
  readonly #failures = this.#gauge('hermes_renewal_failures', 'Looks in a row that failed.', perCertificate);
  readonly #lastCheck = this.#gauge(
    'hermes_watch_last_check_timestamp_seconds',
    'Unix time of the last comparison of wire and disk.',
    [],
  );

  show({ at, name, wire, outlook, record }: Observation): void {
    for (const gauge of this.#gauges) gauge.reset();
    for (const { servername, address, served, matches } of wire) {
      const labels = { name: servername, address };
      this.#matches.set(labels, matches ? 1 : 0);
      if (!served) continue;
      this.#notAfter.set(labels, seconds(served.notAfter));
      this.#lifeLeft.set(labels, lifeLeftOf(served, at));
    }
    if (outlook) this.#inSight.set({ name }, outlook.obstacle ? 0 : 1);
    if (record.lastLook) this.#lastLook.set({ name }, seconds(new Date(record.lastLook)));
    if (record.lastSuccess) this.#lastSuccess.set({ name }, seconds(new Date(record.lastSuccess)));
    this.#failures.set({ name }, record.failures);
    this.#lastCheck.set(seconds(at));
  }

  #gauge<const L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    const gauge = new Gauge<L>({ name, help, labelNames, registers: [this.registry] });
    this.#gauges.push(gauge as Gauge);
    return gauge;
  }
}

const seconds = (time: Date) => time.getTime() / 1_000;
