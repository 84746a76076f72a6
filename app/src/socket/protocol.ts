import { parse } from 'secure-json-parse';

/** What a client may ask for, or why the text is none of it. */
export type ClientFrame =
  | { readonly action: 'ping' }
  | { readonly action: 'ack' }
  | { readonly action: 'subscribe' | 'unsubscribe'; readonly device: string }
  | { readonly action: 'invalid'; readonly code: string; readonly message: string };

const verbs: Readonly<Record<string, 'subscribe' | 'unsubscribe'>> = {
  subscribe: 'subscribe',
  sub: 'subscribe',
  unsubscribe: 'unsubscribe',
  unsub: 'unsubscribe',
};

/** Reads a text frame of a client. Never throws; nothing of the text is ever passed on to others. */
export function readClientFrame(text: string): ClientFrame {
  let frame: unknown;
  try {
    frame = parse(text, undefined, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    return invalid('not-json', 'the frame is not JSON');
  }
  if (typeof frame !== 'object' || frame === null || !('action' in frame)) {
    return invalid('not-an-action', 'the frame is not an object with an action');
  }
  const { action, device } = frame as { action: unknown; device?: unknown };
  if (action === 'ping' || action === 'ack') return { action };
  const verb = typeof action === 'string' && Object.hasOwn(verbs, action) ? verbs[action] : undefined;
  if (!verb) return invalid('unknown-action', 'the action is not one of ping, ack, subscribe, unsubscribe');
  if (typeof device === 'number') return { action: verb, device: String(device) };
  if (typeof device === 'string' && device !== '' && device.length <= 1_024) return { action: verb, device };
  return invalid('bad-device', `${verb} needs the DevEUI as "device"`);
}

/** Frames of the server's own, ready to be sent. */
export const serverFrame = {
  pong: JSON.stringify({ action: 'pong' }),
  subscribed: (device: string) => JSON.stringify({ type: 'subscribed', device }),
  unsubscribed: (device: string) => JSON.stringify({ type: 'unsubscribed', device }),
  error: (code: string, message: string) => JSON.stringify({ type: 'error', code, message }),
  /** @param oldest oldest id that can be replayed; `null` when there is none */
  gap: (oldest: string | null) => JSON.stringify({ type: 'gap', oldest }),
} as const;

function invalid(code: string, message: string): ClientFrame {
  return { action: 'invalid', code, message };
}
