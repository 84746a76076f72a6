/** What the machine decides about nginx, apart from the settings. All paths are absolute. */
export interface Place {
  /** Folder of the pid file and of temporary files. It must exist, and belong to who starts nginx. */
  readonly runDirectory: string;
  /** Chain and key in one file, as `certs/live/<name>/tls.pem` is. The workers read it, and not before a handshake. */
  readonly pem: string;
  /** File of the access log. */
  readonly accessLog: string;
  /**
   * Host and port of each process of the app, such as `127.0.0.1:5000`, or `unix:` and the path of its socket; at least
   * one.
   */
  readonly upstreams: readonly string[];
  /**
   * Address of the DNS server that knows the one host in `upstreams`, and is asked again and again: whatever addresses it
   * gives are the processes of the app. Absent: each host is one address.
   */
  readonly resolver?: string;
  /** Ports to listen on, where others lead to them from outside. Absent: HTTP_PORT and HTTPS_PORT. */
  readonly listen?: { readonly http: number; readonly https: number };
  /** Whether this machine has IPv6; listening on `[::]` fails otherwise. */
  readonly ipv6: boolean;
  /** User of the workers, and its group if that has another name (`nobody nogroup`). Absent: nginx is not started as root. */
  readonly workerUser?: string;
  /** Folder that holds `.well-known/acme-challenge/`. Absent: no HTTP-01 challenges are answered. */
  readonly acmeWebroot?: string;
  /** The most descriptors that a process may open here. Absent: as many as MAX_CONNECTIONS needs. */
  readonly descriptorLimit?: number;
  /** Such as `1.22.1`. */
  readonly nginxVersion: string;
  /** Version of the OpenSSL that nginx runs with, such as `3.0.19`. */
  readonly opensslVersion: string;
}
