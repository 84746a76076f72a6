export { startMongod } from '../../../../scripts/src/servers/mongod.js';
