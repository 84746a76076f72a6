import type { Registry } from 'prom-client';
import { isOurs, type ToPrimary, type ToWorker } from './messages.js';

/** The processes that share a port, as one of them sees them. */
export interface Siblings {
  /** Whether all have begun to listen. One that is started again later does not change it. */
  readonly complete: boolean;
  /** Metrics of all, in Prometheus' text format. */
  metrics(): Promise<string>;
  /** What this one adds to them. */
  contribute(registry: Registry): void;
  /** Calls back with the key of session tickets that all share: with the one that holds, and with each that follows. */
  onTicketKeys(take: (keys: Buffer) => void): void;
}

/** Joins the others; only in a worker of `node:cluster`. */
export function joinSiblings(): Siblings & {
  listening(port: number, lines: readonly string[]): void;
} {
  let complete = false;
  let registry: Registry | undefined;
  let ticketKeys: Buffer | undefined;
  let takeTicketKeys: (keys: Buffer) => void = () => {};
  let asked = 0;
  const waiting = new Map<number, (text: string) => void>();
  const tell = (message: ToPrimary) => void process.send?.(message);

  const hear = async (message: ToWorker) => {
    switch (message.hermes) {
      case 'complete':
        complete = true;
        break;
      case 'report':
        tell({ hermes: 'content', id: message.id, content: (await registry?.getMetricsAsJSON()) ?? [] });
        break;
      case 'gathered':
        waiting.get(message.id)?.(message.text);
        waiting.delete(message.id);
        break;
      case 'ticket-keys':
        ticketKeys = Buffer.from(message.keys, 'base64');
        takeTicketKeys(ticketKeys);
    }
  };
  process.on('message', (message) => {
    if (isOurs(message)) void hear(message as ToWorker);
  });

  return {
    get complete() {
      return complete;
    },
    metrics: () =>
      new Promise((resolve) => {
        asked += 1;
        waiting.set(asked, resolve);
        tell({ hermes: 'gather', id: asked });
      }),
    contribute: (own) => {
      registry = own;
    },
    onTicketKeys: (take) => {
      takeTicketKeys = take;
      if (ticketKeys) take(ticketKeys);
    },
    listening: (port, lines) => tell({ hermes: 'listening', port, lines }),
  };
}
