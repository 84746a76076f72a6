export {
  type ServerOptions,
  ServerProcess,
  startServer,
} from '../../../../scripts/src/servers/server-process.js';
