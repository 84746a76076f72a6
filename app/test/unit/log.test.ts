import { strict as assert } from 'node:assert';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../../src/log.js';
import { newFolder } from '../helpers/service.js';

function logged(level: string, write: (log: ReturnType<typeof createLogger>) => void) {
  const file = join(newFolder(), 'log');
  const descriptor = openSync(file, 'w');
  write(createLogger(level, descriptor));
  closeSync(descriptor);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('the log', () => {
  it('is one JSON line for each event, with a time in UTC and the name of its level', () => {
    const [line, ...rest] = logged('info', (log) => log.warn({ port: 5000 }, 'listening'));
    assert.match(line.time, /^\d{4}-\d\d-\d\dT.*Z$/);
    assert.deepEqual(line, { level: 'warn', time: line.time, port: 5000, msg: 'listening' });
    assert.deepEqual(rest, []);
  });

  it('has errors without their stack', () => {
    const [line] = logged('info', (log) => log.error({ err: new TypeError('it broke') }, 'fault'));
    assert.deepEqual(line.err, { type: 'TypeError', message: 'it broke' });
  });

  it('leaves out what is below its level', () => {
    assert.equal(logged('warn', (log) => log.info('x')).length, 0);
    assert.equal(logged('silent', (log) => log.fatal('x')).length, 0);
  });
});
