/**
 * What things cost on a core of a server of 2025; another processor shifts all of them alike. Measured by `make bench`, each
 * in the section that it names, are `publish`, `deliver`, `proxy` and `idleKiB`; the others are estimates from the size of
 * their work, within a factor of two. To measure anew: `make bench BENCH=growth LONG=1`, and write its figures here.
 */
export const coefficients = {
  /** Microseconds of a core. */
  micros: {
    /** To take a message: parse, check, give it an id, keep it for good. `growth`: one subscriber. */
    publish: 450,
    /** To read a message that another process took, and to keep it in the history. An estimate: about half of `publish`. */
    read: 250,
    /** Of Redis, to add a message, and to hand it to one process. An estimate. */
    redis: 60,
    /** To deliver a message to one socket while the app is busy, so that several share a write. `growth`: 256 B. */
    deliver: 2.3,
    /** The same for each KiB of it. An estimate. */
    deliverKiB: 0.9,
    /** Of Nginx with TLS, for each delivery (`fronts`: Nginx), and for each KiB of it (an estimate). */
    proxy: 1.9,
    proxyKiB: 2.5,
    /** A new connection with a full handshake, Nginx and app together. An estimate, for Nginx 1.27.4 or newer. */
    connect: 700,
  },
  /** KiB that an idle connection keeps. `idle`: Nginx. */
  idleKiB: { app: 8, proxy: 46 },
  /** KiB of the kernel for each TCP socket that waits; the way through a proxy has three of them. An estimate. */
  kernelKiB: 3,
  /** MiB that a process of the app has before anyone connects. An estimate. */
  processMiB: 120,
} as const;

export type Coefficients = typeof coefficients;
