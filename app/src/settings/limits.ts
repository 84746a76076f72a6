/** Bytes of the largest request body, for the app and for the proxies' buffers: 1 MiB. */
export const maxBodyBytes = 1024 * 1024;

/** Bytes of the largest frame that a client may send: 64 KiB. */
export const maxFrameBytes = 64 * 1024;

/** Bytes of the path of a Unix socket: the least that systems take (103 on macOS, 107 on Linux), less a number at its end. */
export const longestSocketPath = 100;

/**
 * Bytes of messages that one turn of the event loop, and one write to a socket, may gather. What is written in a turn
 * leaves after it, with TLS one turn later: two of them have to fit well into what may wait for a socket, or a burst
 * would look like a slow reader. 64 KiB is what was measured beside 16 (`docs/explanation/fan-out.md`), not a best value.
 * @param maxWaiting bytes that may wait for one socket
 */
export const mostGathered = (maxWaiting: number): number => Math.min(64 * 1024, Math.floor(maxWaiting / 4));
