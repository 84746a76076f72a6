import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** Everything that a registry holds, as prom-client passes it between processes. */
export type RegistryContent = MetricObjectWithValues<MetricValue<string>>[];

/** From a worker to the primary process. */
export type ToPrimary =
  /** It takes connections; the lines are what an operator reads at a start. */
  | { readonly hermes: 'listening'; readonly port: number; readonly lines: readonly string[] }
  /** Someone asks it for the metrics of all. */
  | { readonly hermes: 'gather'; readonly id: number }
  /** Its own, as it was asked for them. */
  | { readonly hermes: 'content'; readonly id: number; readonly content: RegistryContent };

/** From the primary process to a worker. */
export type ToWorker =
  /** All workers listen, or have done so. */
  | { readonly hermes: 'complete' }
  /** It is asked for its metrics. */
  | { readonly hermes: 'report'; readonly id: number }
  /** Those of all, as it asked for. */
  | { readonly hermes: 'gathered'; readonly id: number; readonly text: string }
  /** The key of session tickets that all share, as base64. */
  | { readonly hermes: 'ticket-keys'; readonly keys: string };

/** Whether a message is one of ours: the channel carries those of others too. */
export function isOurs(message: unknown): message is { readonly hermes: string } {
  return typeof message === 'object' && message !== null && 'hermes' in message;
}
