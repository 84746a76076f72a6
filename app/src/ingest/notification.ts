import * as z from 'zod';
import type { Message } from '../domain/message.js';
import { type Notification, notificationTypes } from '../domain/notification.js';
import { type Checked, check } from './fault.js';
import { name, required } from './fields.js';

const schema = z.object({
  user_id: z.preprocess((value) => (typeof value === 'number' ? String(value) : value), name),
  title: z.string({ error: required('text') }).max(1_024),
  message: z.string({ error: required('text') }).max(65_536),
  type: z
    .enum(notificationTypes, { error: `Input should be one of ${notificationTypes.join(', ')}` })
    .default('info'),
});

/** Reads a notification: `user_id` (text or number), `title`, `message`, `type` (`info` when absent). */
export function readNotification(
  input: unknown,
  where: readonly string[],
  receivedAt: Date,
): Checked<Message> {
  const checked = check(schema as z.ZodType<z.infer<typeof schema>>, input, where);
  if (!checked.ok) return checked;
  const { user_id, title, message, type } = checked.value;
  const frame: Notification = {
    channel: 'notifications',
    title,
    message,
    type,
    received_at: receivedAt.toISOString(),
  };
  return { ok: true, value: { kind: 'notification', userId: user_id, body: JSON.stringify(frame) } };
}
