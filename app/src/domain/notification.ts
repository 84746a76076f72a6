export const notificationTypes = ['info', 'warning', 'error', 'success'] as const;

/** A notification for one user, as clients get it. */
export interface Notification {
  readonly channel: 'notifications';
  readonly title: string;
  readonly message: string;
  readonly type: (typeof notificationTypes)[number];
  /** ISO 8601 in UTC, when Hermes received it. */
  readonly received_at: string;
}
