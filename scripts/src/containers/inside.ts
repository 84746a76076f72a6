/** Where things are inside the containers: ports above 1023, since nobody there is root, and folders. */
export const inside = {
  ports: { app: 5000, http: 8080, https: 8443, challenges: 5080 },
  /** Of the project; its certificates are mounted below. */
  root: '/srv/hermes',
  data: '/data',
  /** Where certbot puts the answers to HTTP-01 challenges, for Nginx to serve. */
  webroot: '/srv/hermes/.hermes/run/acme',
  nginx: { folder: '/etc/hermes/nginx', run: '/run/hermes' },
  traefik: '/etc/hermes/traefik',
  /** Docker's own DNS server, in every container. */
  resolver: '127.0.0.11',
  /** Standard output, which Docker keeps and bounds. */
  log: '/dev/stdout',
} as const;

/** User and group of the app's image; `app/Dockerfile` makes them. */
export const appUser = 10_001;
