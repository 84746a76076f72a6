export { startRedis } from '../../../../scripts/src/servers/redis.js';
