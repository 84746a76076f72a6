/**
 * What things cost on a core of a server of 2025; another processor shifts all of them alike. Measured by `make bench`, in
 * `growth` where nothing else is named; `kernelKiB` and `processMiB` are estimates, within a factor of two. To measure
 * anew: `make bench BENCH=growth LONG=1`, which sets what it finds beside what stands here.
 */
export const coefficients = {
  /** Microseconds of a core. */
  micros: {
    /** To take a message: parse, check, give it an id, keep it for good. Of one of several instances on a Redis; alone, 200. */
    publish: 310,
    /** To read a message that another process took, and to keep it in the history. */
    read: 70,
    /** Of Redis, to add a message, and to hand it to up to four processes. */
    redis: 105,
    /**
     * To deliver a message to one socket. Flat out it is 0.4, as many messages share a write; where each has its own, one
     * system call alone takes more than is planned with. Nobody is planned to be flat out, so what stands here lies between.
     */
    deliver: 2.3,
    /** The same for each KiB of it. */
    deliverKiB: 0.9,
    /** Of Nginx with TLS, for each delivery (0.8 flat out), and for each KiB of it. */
    proxy: 1.9,
    proxyKiB: 3.2,
    /** A new connection with a full handshake, Nginx and app together. For Nginx 1.27.4 or newer. */
    connect: 800,
  },
  /** KiB that an idle connection keeps. `idle`: Nginx. */
  idleKiB: { app: 8, proxy: 46 },
  /** KiB of the kernel for each TCP socket that waits; the way through a proxy has three of them. An estimate. */
  kernelKiB: 3,
  /** MiB that a process of the app has before anyone connects. An estimate. */
  processMiB: 120,
} as const;

export type Coefficients = typeof coefficients;
