import { strict as assert } from 'node:assert';
import { readClientFrame } from '../../../src/socket/protocol.js';

const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;

describe('a client frame', () => {
  for (const [text, expected] of [
    ['{"action":"ping"}', { action: 'ping' }],
    [' {"action":"ping","more":[1]} ', { action: 'ping' }],
    ['{"action":"ack","notification_id":"1-0"}', { action: 'ack' }],
    ['{"action":"subscribe","device":"D1"}', { action: 'subscribe', device: 'D1' }],
    ['{"action":"sub","device":"d1"}', { action: 'subscribe', device: 'd1' }],
    ['{"action":"unsubscribe","device":"d1"}', { action: 'unsubscribe', device: 'd1' }],
    ['{"action":"unsub","device":7}', { action: 'unsubscribe', device: '7' }],
  ] as const) {
    it(`${text} is understood`, () => assert.deepEqual(readClientFrame(text), expected));
  }

  for (const [text, code] of [
    ['', 'not-json'],
    ['ping', 'not-json'],
    ['{', 'not-json'],
    ['{"action":"ping"}{"action":"ping"}', 'not-json'],
    ['{"__proto__":{"action":"ping"}}', 'not-json'],
    ['{"action":"ping","__proto__":null}', 'not-json'],
    ['{"action":"ping","constructor":{"prototype":{}}}', 'not-json'],
    ['{"action":"ping","\\u005f_proto__":{}}', 'not-json'],
    ['null', 'not-an-action'],
    ['7', 'not-an-action'],
    ['"ping"', 'not-an-action'],
    ['[]', 'not-an-action'],
    ['["action"]', 'not-an-action'],
    ['{}', 'not-an-action'],
    ['{"Action":"ping"}', 'not-an-action'],
    [deep, 'not-an-action'],
    ['{"action":null}', 'unknown-action'],
    ['{"action":"PING"}', 'unknown-action'],
    ['{"action":"publish","device":"d1"}', 'unknown-action'],
    ['{"action":"__proto__","device":"d1"}', 'unknown-action'],
    ['{"action":"constructor","device":"d1"}', 'unknown-action'],
    ['{"action":"toString","device":"d1"}', 'unknown-action'],
    ['{"action":{"toString":"ping"}}', 'unknown-action'],
    ['{"action":["ping"]}', 'unknown-action'],
    ['{"action":"sub"}', 'bad-device'],
    ['{"action":"sub","device":null}', 'bad-device'],
    ['{"action":"sub","device":""}', 'bad-device'],
    ['{"action":"sub","device":true}', 'bad-device'],
    ['{"action":"sub","device":{}}', 'bad-device'],
    ['{"action":"sub","device":["d1"]}', 'bad-device'],
    [`{"action":"sub","device":"${'x'.repeat(1_025)}"}`, 'bad-device'],
  ] as const) {
    it(`${text.slice(0, 60)} is answered with the error ${code}`, () => {
      const frame = readClientFrame(text);
      assert.ok(frame.action === 'invalid');
      assert.equal(frame.code, code);
    });
  }
});
