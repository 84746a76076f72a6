import { strict as assert } from 'node:assert';
import { originAllowed } from '../../../src/socket/origin.js';

const listed = ['https://app.example.com', 'http://localhost:5173'];

describe('an origin is welcome', () => {
  for (const [what, origin, host, allowed] of [
    ['when there is none, as with clients that are no browsers', undefined, 'a.example', undefined],
    [
      'when it is the very host, default port left out on both sides',
      'https://a.example',
      'a.example',
      undefined,
    ],
    ['when it is the very host, default port named', 'https://a.example', 'a.example:443', undefined],
    ['when it is the very host and port', 'https://a.example:8443', 'a.example:8443', undefined],
    [
      'when it is the very host and the proxy dropped the port',
      'https://a.example:8443',
      'a.example',
      undefined,
    ],
    ['in any case of its name', 'https://A.example', 'a.EXAMPLE', undefined],
    ['when it is an address', 'http://[::1]:5000', '[::1]:5000', undefined],
    ['when it is listed', 'https://app.example.com', 'a.example', listed],
    ['when it is listed, in any case', 'https://APP.example.com', 'a.example', listed],
    ['when every one is', 'https://evil.example', 'a.example', ['*']],
    ['when even `null` is', 'null', 'a.example', ['*']],
  ] as const) {
    it(what, () => assert.ok(originAllowed(origin, host, allowed)));
  }
});

describe('an origin is turned away', () => {
  for (const [what, origin, host, allowed] of [
    ['when it is foreign', 'https://evil.example', 'a.example', undefined],
    ['when it is `null`, as of sandboxed pages', 'null', 'a.example', listed],
    ['when it is empty', '', 'a.example', listed],
    ['when its port is another', 'https://a.example:8443', 'a.example:9443', undefined],
    ['when its scheme means another port', 'http://a.example', 'a.example:443', undefined],
    ['when it only begins like a listed one', 'https://app.example.com.evil.example', 'a.example', listed],
    ['when it only ends like a listed one', 'https://evil-app.example.com', 'a.example', listed],
    ['when its listed name has another port', 'https://app.example.com:444', 'a.example', listed],
    ['when its listed name has another scheme', 'http://app.example.com', 'a.example', listed],
    ['when it holds the host as its user name', 'https://a.example@evil.example', 'a.example', undefined],
    ['when it holds the host in its path', 'https://evil.example/a.example', 'a.example', undefined],
    ['when it is a parent of the host', 'https://example', 'a.example', undefined],
    ['when there is no host', 'https://a.example', undefined, undefined],
    ['when it is no URL', 'a.example', 'a.example', undefined],
    ['when it is an extension’s', 'chrome-extension://abcdef', 'a.example', listed],
  ] as const) {
    it(what, () => assert.ok(!originAllowed(origin, host, allowed)));
  }
});
