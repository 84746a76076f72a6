import type { Wiring } from './front.js';

/**
 * The guide's server block, word by word but for names and ports, with its RSA-4096 certificate. Around it is what the
 * distribution's `nginx.conf` has, but for one worker, as there is one core, and connections enough.
 */
export function guideNginx({ port, upstream, folder, certificates }: Wiring): string {
  return `worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 20000; }
http {
  sendfile on;
  tcp_nopush on;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_prefer_server_ciphers on;
  access_log ${folder}/access.log;
  gzip on;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;

  server {
    listen ${port} ssl;
    server_name localhost;

    ssl_certificate ${certificates.rsa.chain};
    ssl_certificate_key ${certificates.rsa.key};

    location / {
      proxy_pass http://${upstream};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`;
}

export function caddyfile({ port, upstream, certificates }: Wiring): string {
  return `{
  admin off
  auto_https off
  log {
    level ERROR
  }
}
https://localhost:${port} {
  tls ${certificates.ecdsa.chain} ${certificates.ecdsa.key}
  reverse_proxy ${upstream}
}
`;
}

export function haproxyConfiguration({ port, upstream, certificates }: Wiring): string {
  return `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 1m
  timeout tunnel 1h
  option forwardfor
frontend wss
  bind 127.0.0.1:${port} ssl crt ${certificates.ecdsa.pem} alpn http/1.1
  default_backend app
backend app
  server app ${upstream}
`;
}
