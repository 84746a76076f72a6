export interface HeartbeatTimes {
  /** Milliseconds between two pings. */
  readonly ping: number;
  /** Milliseconds that the peer has to answer. */
  readonly pong: number;
}

/**
 * When a peer is pinged next, and when it is given up because no pong has come: whole milliseconds on a clock that only
 * goes forward, as any other number would be an object of its own for each socket.
 */
export interface Heartbeat {
  pingAt: number;
  /** Absent while no pong is waited for. */
  cutAt: number | undefined;
}

/** The first ping comes after a random part of the interval: sockets that came together are not pinged together for ever. */
export const firstPing = (now: number, { ping }: HeartbeatTimes): number =>
  Math.round(now + Math.random() * ping);

/** What is due by now, which then is not due any more. A pong takes `cutAt` away. */
export function due(heart: Heartbeat, now: number, times: HeartbeatTimes): 'ping' | 'cut' | undefined {
  if (heart.cutAt !== undefined && now >= heart.cutAt) return 'cut';
  if (now < heart.pingAt) return undefined;
  heart.pingAt = Math.round(now + times.ping);
  heart.cutAt ??= Math.round(now + times.pong);
  return 'ping';
}
