/** Settings that sites are started with; rows that share a profile share a site. */
export const profiles = {
  /**
   * A ping a second makes an hour of 25 s pings pass in 144 s. The silence that a proxy bears shrinks with it, from 60 s
   * to 26 s. The limit of sockets is the one that is tried.
   */
  usual: {
    PING_INTERVAL: '1s',
    PONG_TIMEOUT: '10s',
    DRAIN_SECONDS: '0',
    CONNECTIONS_PER_ADDRESS: '1000',
  },
  /** Limits that are easily reached, and time enough to see an instance drain. */
  tight: {
    MAX_CONNECTIONS: '8',
    HANDSHAKES_PER_SECOND: '2',
    SLOW_CONSUMER_KB: '64',
    DRAIN_SECONDS: '20',
  },
  /** Two processes of the app, on one Redis, which the way sees to. */
  replicas: { APP_REPLICAS: '2', DRAIN_SECONDS: '0' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
