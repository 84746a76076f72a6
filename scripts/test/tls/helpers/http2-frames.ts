/** Frames of RFC 9113 made by hand, because libraries refuse to send what no peer should. */

const types = { headers: 1, settings: 4 } as const;
const flags = { endStream: 1, endHeaders: 4 } as const;

/** What a client sends first: the preface, and settings that change nothing. */
export const opening = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(types.settings, 0, 0, Buffer.alloc(0)),
]);

/** A request without a body, on stream 1. */
export function request(headers: readonly (readonly [string, string])[]): Buffer {
  const block = Buffer.concat(headers.map(([name, value]) => field(name, value)));
  return frame(types.headers, flags.endStream | flags.endHeaders, 1, block);
}

function frame(type: number, flag: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flag, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A literal field without indexing (RFC 7541, section 6.2.2), its strings as they are. */
function field(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

function text(content: string): Buffer {
  const bytes = Buffer.from(content);
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  // An integer with a prefix of seven bits (RFC 7541, section 5.1).
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}
