/** Bytes of the largest request body, for the app and for the proxies' buffers: 1 MiB. */
export const maxBodyBytes = 1024 * 1024;

/** Bytes of the largest frame that a client may send: 64 KiB. */
export const maxFrameBytes = 64 * 1024;

/** Bytes of the path of a Unix socket: the least that systems take (103 on macOS, 107 on Linux), less a number at its end. */
export const longestSocketPath = 100;
