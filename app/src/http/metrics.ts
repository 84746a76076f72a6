import { Router } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Everything that the service counts. One registry for each service, so that tests do not share them. */
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly connections = this.#gauge('hermes_connections', 'Open sockets.', ['channel']);
  readonly handshakes = this.#counter('hermes_handshakes_total', 'Handshakes by HTTP status.', ['status']);
  readonly closes = this.#counter('hermes_closes_total', 'Closed sockets by close code.', [
    'channel',
    'code',
  ]);
  readonly published = this.#counter('hermes_messages_published_total', 'Messages that the bus took.', [
    'kind',
  ]);
  readonly duplicates = this.#counter(
    'hermes_messages_duplicate_total',
    'Messages that the bus had already.',
  );
  readonly conflicts = this.#counter(
    'hermes_device_conflicts_total',
    'Uplinks refused because they named another tenant for their device.',
  );
  readonly fannedOut = this.#counter('hermes_fanout_messages_total', 'Messages given to the hub.');
  readonly deliveries = this.#counter('hermes_deliveries_total', 'Frames offered to sockets.');
  readonly stored = this.#counter('hermes_messages_stored_total', 'Messages that the store took.');
  readonly deadLetters = this.#counter(
    'hermes_dead_letters_total',
    'Messages that the store can never take.',
  );
  readonly rejectedPayloads = this.#counter(
    'hermes_mqtt_rejected_total',
    'Payloads from the broker that are no uplink, or may not be published.',
  );
  readonly faults = this.#counter('hermes_faults_total', 'Faults of our own.');

  /** A gauge that is read when it is scraped. */
  observe(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /**
   * `GET /metrics` in Prometheus' text format. The proxies never publish it.
   * @param gather gives those of all processes that share the port; absent: there is only this one
   */
  routes(gather = () => this.registry.metrics()): Router {
    const router = Router();
    router.get('/metrics', async (_request, response) => {
      response.type(this.registry.contentType).send(await gather());
    });
    return router;
  }

  #counter<L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge<L extends string = never>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
