export type Severity = 'info' | 'warning' | 'critical';

/** Something that an operator has to know of, for as long as it lasts. */
export interface Condition {
  /** What it is about; of each, one condition holds at a time. */
  readonly subject: 'renewal' | 'wire' | 'life';
  /** Stable, machine-readable name, in kebab case. */
  readonly event: string;
  readonly severity: Severity;
  /** One line for a person. */
  readonly summary: string;
  readonly detail: string;
  /** Milliseconds for which it must have lasted before it counts; absent: none. */
  readonly settle?: number;
}
