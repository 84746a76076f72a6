/** What the machine decides about Traefik, apart from the settings. All paths are absolute. */
export interface TraefikPlace {
  /** Folder of the rendered configuration, from which Traefik reads what may change. */
  readonly folder: string;
  /** Chain and key in one file, as `certs/live/<name>/tls.pem` is. */
  readonly pem: string;
  /** File of the access log. */
  readonly accessLog: string;
  /**
   * Host and port of each process of the app, such as `127.0.0.1:5000`; at least one. `followed`: another writes where
   * they are, whenever that changes.
   */
  readonly upstreams: readonly string[] | 'followed';
  /** Ports to listen on, where others lead to them from outside. Absent: HTTP_PORT and HTTPS_PORT. */
  readonly listen?: { readonly http: number; readonly https: number };
  /** Host and port at which HTTP-01 challenges are answered. Absent: none are expected. */
  readonly acmeAnswers?: string;
  /** Absent: Traefik asks no CA for certificates. */
  readonly acme?: TraefikAcme;
}

/** What Traefik needs to get certificates from a CA by itself. */
export interface TraefikAcme {
  /** URL of the ACME directory. */
  readonly url: string;
  /** File of accounts and certificates; its folder must exist. */
  readonly store: string;
  /** `pem` is there and good, and the store has nothing yet. */
  readonly servesFiles: boolean;
  /** Order a first certificate, as soon as this is read. */
  readonly orders: boolean;
}
