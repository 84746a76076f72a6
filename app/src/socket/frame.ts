/**
 * A text frame as it goes over the wire to any client: final, unmasked, without extensions (RFC 6455, section 5.2).
 * Made once a message: what is the same for all receivers needs no framing for each.
 */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const header = headerOf(bytes);
  const frame = Buffer.allocUnsafe(header.length + bytes);
  header.copy(frame);
  frame.write(text, header.length);
  return frame;
}

const finalText = 0x81;
const sixteenBits = 126;
const sixtyFourBits = 127;

function headerOf(bytes: number): Buffer {
  if (bytes < sixteenBits) return Buffer.from([finalText, bytes]);
  if (bytes < 1 << 16) {
    const header = Buffer.from([finalText, sixteenBits, 0, 0]);
    header.writeUInt16BE(bytes, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header.set([finalText, sixtyFourBits]);
  header.writeBigUInt64BE(BigInt(bytes), 2);
  return header;
}
