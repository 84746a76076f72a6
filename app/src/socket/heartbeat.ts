import type { WebSocket } from 'ws';

export interface HeartbeatTimes {
  /** Milliseconds between two pings. */
  readonly ping: number;
  /** Milliseconds that the peer has to answer. */
  readonly pong: number;
}

/**
 * Pings a peer and cuts the connection when no pong comes in time. The first ping comes after a random part of the
 * interval, so that sockets which came together are not pinged together for ever.
 */
export function startHeartbeat(socket: WebSocket, times: HeartbeatTimes): void {
  let deadline: NodeJS.Timeout | undefined;
  let next = setTimeout(beat, Math.random() * times.ping);
  function beat(): void {
    next = setTimeout(beat, times.ping);
    if (socket.readyState !== socket.OPEN) return;
    socket.ping();
    deadline ??= setTimeout(() => socket.terminate(), times.pong);
  }
  socket.on('pong', () => {
    clearTimeout(deadline);
    deadline = undefined;
  });
  socket.once('close', () => {
    clearTimeout(next);
    clearTimeout(deadline);
  });
}
