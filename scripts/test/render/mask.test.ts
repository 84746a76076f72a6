import { equal } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mask } from '../../src/render/nginx.js';

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoidTEifQ.c2lnbmF0dXJl';

function masked(line: string | Buffer): string {
  const { stdout } = spawnSync(mask.command, mask.arguments, {
    input: line,
    encoding: 'latin1',
    env: { ...process.env, ...mask.environment },
  });
  return stdout;
}

describe('the mask', () => {
  const cases: [what: string, line: string, expected: string][] = [
    [
      'a line of nginx, in each of its parts',
      `2026/11/23 19:00:00 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1, server: localhost, request: "GET /ws?token=${jwt}&since=5 HTTP/1.1", upstream: "http://127.0.0.1:5000/ws?token=${jwt}&since=5", host: "localhost:8443", referrer: "https://localhost/?a=b&token=opaque"\n`,
      '2026/11/23 19:00:00 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1, server: localhost, request: "GET /ws?token=***&since=5 HTTP/1.1", upstream: "http://127.0.0.1:5000/ws?token=***&since=5", host: "localhost:8443", referrer: "https://localhost/?a=b&token=***"\n',
    ],
    ['a key in capitals', 'GET /?TOKEN=secret x\n', 'GET /?TOKEN=*** x\n'],
    ['a key that is percent-encoded', 'GET /?%74o%6Be%6e=secret x\n', 'GET /?%74o%6Be%6e=*** x\n'],
    ['an equals sign that is percent-encoded', 'GET /?token%3Dsecret x\n', 'GET /?token%3D*** x\n'],
    ['a question mark that is percent-encoded', 'GET /ws%3Ftoken=secret x\n', 'GET /ws%3Ftoken=*** x\n'],
    ['a longer key', 'GET /?access_token=secret&a=b x\n', 'GET /?access_token=***&a=b x\n'],
    ['a value with commas and semicolons', 'GET /?token=se,cr;et x\n', 'GET /?token=*** x\n'],
    ['a token in the path', `GET /ws/${jwt} x\n`, 'GET /ws/*** x\n'],
    [
      'a token with dots that are percent-encoded',
      `GET /?jwt=${jwt.replaceAll('.', '%2E')} x\n`,
      'GET /?jwt=*** x\n',
    ],
    ['a token under another name', `GET /?auth=${jwt}&a=b x\n`, 'GET /?auth=***&a=b x\n'],
    ['a token that the line cuts short', `GET /ws/${jwt.slice(0, 30)}`, 'GET /ws/***'],
    ['several tokens in a line', 'a?token=one b?token=two\n', 'a?token=*** b?token=***\n'],
    ['an empty value', 'GET /?token=&a=b x\n', 'GET /?token=***&a=b x\n'],
  ];
  for (const [what, line, expected] of cases) {
    it(`hides ${what}`, () => equal(masked(line), expected));
  }

  it('hides a value with bytes that are no text', () => {
    equal(masked(Buffer.from('GET /?token=ab\xff\xfesecret x\n', 'latin1')), 'GET /?token=*** x\n');
  });

  it('leaves other lines as they are', () => {
    const line =
      '2026/11/23 [warn] 7#7: limiting requests, excess: 2.1 by zone "hermes_handshakes", request: "GET /ws?since=5"\n';
    equal(masked(line), line);
  });
});
