import { row } from './row.js';

/** What runs. */
export const stack = {
  STACK_DOWN: row('Nothing of this checkout runs.', 'make up'),
  PORT_IN_USE: row(
    'Nothing of this checkout runs, and another program has a port that it needs.',
    'stop that program, or choose another port, then: make up',
  ),
  SUPERVISOR_DOWN: row('The supervisor was killed: nothing starts again what dies.', 'make up'),
  APP_DOWN: row('A process of the app does not run.', 'make logs; then: make up'),
  APP_SILENT: row(
    'A process of the app runs, and does not answer: it hangs, or has no processor time.',
    'make logs; then: make down && make up',
  ),
  PROXY_DOWN: row('The proxy does not run.', 'make logs; then: make up'),
  WATCH_DOWN: row('Nobody watches what is served: alerts and metrics are missing.', 'make up'),
  CONTAINER_UNWELL: row('A container does not run, or its health check fails.', 'make logs'),
  BUS_NOT_READY: row(
    'The app cannot use its bus: with `REDIS_URL`, Redis is away or refuses it.',
    'start Redis, or correct REDIS_URL; the app goes on by itself',
  ),
  STORE_NOT_READY: row(
    'The app cannot use its store: with `MONGO_URI`, MongoDB is away or refuses it.',
    'start MongoDB, or correct MONGO_URI; the app goes on by itself',
  ),
  MQTT_NOT_READY: row(
    'The MQTT broker is away, or refuses the app.',
    'start the broker, or correct MQTT_URL; the app goes on by itself',
  ),
};
