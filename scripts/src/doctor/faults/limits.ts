import { row } from './row.js';

/** Limits of the proxy and of the system. */
export const limits = {
  IDLE_TIMEOUT_SHORT: row(
    'The proxy cuts silent sockets before a ping and its pong are due.',
    'make down && make up',
  ),
  WORKER_CONNECTIONS_LOW: row(
    'A worker of Nginx takes fewer connections than MAX_CONNECTIONS needs: two for each client.',
    'raise the limit of open files (LimitNOFILE, ulimit -n), or lower MAX_CONNECTIONS; then: make down && make up',
  ),
  OPEN_FILES_LOW: row(
    'A process may open fewer files than MAX_CONNECTIONS needs.',
    'raise the limit of open files (LimitNOFILE, ulimit -n), or lower MAX_CONNECTIONS; then: make down && make up',
  ),
  DISK_FULL: row('The disk is nearly full.', 'make room; `docker system df` shows what images take'),
};
