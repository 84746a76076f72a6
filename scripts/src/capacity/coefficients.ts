/**
 * What things cost, as `make bench` found it on one machine (docs/reference/benchmarks.md names it); another processor
 * shifts all of them alike. To measure them anew: `make bench BENCH=growth LONG=1`, and write its figures here.
 */
export const coefficients = {
  /** Microseconds of a core. */
  micros: {
    /** To take a message: parse, check, give it an id, keep it for good. `growth`: one subscriber. */
    publish: 450,
    /** To read a message that another process took, and to keep it in the history. `growth`: the second process. */
    read: 250,
    /** Of Redis, to add a message, and to hand it to one process. `growth`: Redis. */
    redis: 60,
    /** To deliver a message to one socket while the app is busy, so that several share a write. `growth`: 256 B. */
    deliver: 2.3,
    /** The same for each KiB of it. `growth`: 1 KiB against 4 KiB. */
    deliverKiB: 0.9,
    /** Of Nginx with TLS, for each delivery, and for each KiB of it. `fronts`: Nginx. */
    proxy: 1.9,
    proxyKiB: 2.5,
    /** A new connection with a full handshake, Nginx and app together. `handshakes`: Nginx, full. */
    connect: 700,
  },
  /** KiB that an idle connection keeps. `idle`: Nginx. */
  idleKiB: { app: 8, proxy: 46 },
  /** KiB of the kernel for each TCP socket that waits; the way through a proxy has three of them. Linux, from slabinfo. */
  kernelKiB: 3,
  /** MiB that a process of the app has before anyone connects. `idle`. */
  processMiB: 120,
} as const;

export type Coefficients = typeof coefficients;
