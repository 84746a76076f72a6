import { hostNames, oneOf, port } from '../kinds.js';
import { isPublicTls, type Raw, settingsOf } from '../setting.js';

const setting = settingsOf('stack');

/** What terminates TLS, where, and for which names. */
export const stack = {
  PROXY: setting(oneOf('nginx', 'traefik', 'none'), 'What terminates TLS in front of the app.', {
    fallback: 'nginx',
  }),
  TLS: setting(
    oneOf('selfsigned', 'letsencrypt', 'files', 'off'),
    'Where certificates come from: a local CA, Let’s Encrypt, your own files; `off` is plain WS.',
    {
      fallback: (raw: Raw) =>
        raw('PROXY') === 'none' && raw('SSL_CERTFILE') && raw('SSL_KEYFILE') ? 'files' : 'selfsigned',
      fallbackDoc: '`selfsigned`; `files` with `PROXY=none` and both `SSL_…` files set',
    },
  ),
  ENGINE: setting(
    oneOf('auto', 'docker', 'native', 'swarm'),
    'Containers, or processes on this host; `auto`: containers where a Docker engine answers. `swarm`: the nodes of a Docker Swarm, for `make deploy`, `rollback`, `releases`, `status`, `logs` and `renew`.',
    { fallback: 'auto' },
  ),
  DOMAIN: setting(
    hostNames(),
    'Host names to serve, separated by commas; the first one names the certificate.',
    {
      fallback: 'localhost',
    },
  ),
  HTTP_PORT: setting(port(), 'Port of the proxy for HTTP, which only redirects to HTTPS.', {
    fallback: (raw: Raw) => (isPublicTls(raw) ? '80' : '8080'),
    fallbackDoc: '8080, or 80 with `TLS=letsencrypt` or `files`',
  }),
  HTTPS_PORT: setting(port(), 'Port of the proxy for HTTPS and WSS.', {
    fallback: (raw: Raw) => (isPublicTls(raw) ? '443' : '8443'),
    fallbackDoc: '8443, or 443 with `TLS=letsencrypt` or `files`',
  }),
  PROXY_METRICS_PORT: setting(
    port(),
    'Port of Traefik’s own metrics, on this host only; in containers, for other containers only. Empty: none.',
  ),
};
