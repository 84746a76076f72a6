import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { upgrade } from './answer.js';
import type { Close } from './client.js';
import { until, within } from './wait.js';

/** Opcodes of RFC 6455, section 5.2. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame of RFC 6455, masked unless told otherwise; every field may break the rules. */
export function frame(
  code: number,
  payload: string | Buffer = '',
  { final = true, masked = true, reserved = 0 } = {},
): Buffer {
  const content = Buffer.from(payload);
  const first = (final ? 0x80 : 0) | (reserved << 4) | code;
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  const size = content.length;
  const flag = masked ? 0x80 : 0;
  const length =
    size < 126
      ? Buffer.from([flag | size])
      : size < 65_536
        ? Buffer.from([flag | 126, size >> 8, size & 0xff])
        : Buffer.concat([Buffer.from([flag | 127, 0, 0, 0, 0]), uint32(size)]);
  const body = masked ? content.map((byte, index) => byte ^ (mask[index % 4] as number)) : content;
  return Buffer.concat([Buffer.from([first]), length, ...(masked ? [mask] : []), body]);
}

/** A peer that speaks bytes, so that it can say what no library would. */
export class RawPeer {
  readonly socket: Socket;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data]);
    });
  }

  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ port, host: '127.0.0.1' });
    await within(once(socket, 'connect'), 'the connection');
    return new RawPeer(socket);
  }

  /** Connects and makes a WebSocket handshake. */
  static async upgrade(port: number, path: string, token: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    await peer.shake(handshake(path, token));
    return peer;
  }

  /** The same over TLS, with the certificate verified. @param url `https://host:port` */
  static async upgradeTls(url: string, ca: string, path: string, token: string): Promise<RawPeer> {
    const { hostname, host, port } = new URL(url);
    const socket = connectTls({
      host: hostname,
      port: Number(port),
      servername: hostname,
      ca,
    });
    await within(once(socket, 'secureConnect'), 'the TLS handshake');
    const peer = new RawPeer(socket);
    await peer.shake(handshake(path, token, host));
    return peer;
  }

  /** Sends a handshake and takes its answer out of what was received; rejects when that is not 101. */
  private async shake(request: string): Promise<void> {
    this.send(request);
    await until(
      () => this.#received.includes('\r\n\r\n'),
      () => 'the answer to the handshake',
    );
    const end = this.#received.indexOf('\r\n\r\n') + 4;
    const head = this.#received.subarray(0, end).toString();
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`refused: ${head}`);
    this.#received = this.#received.subarray(end);
  }

  send(...pieces: (string | Buffer)[]): void {
    for (const piece of pieces) this.socket.write(piece);
  }

  /** Everything received up to now, as text. */
  get text(): string {
    return this.#received.toString();
  }

  /** The close frame of the server, which is answered as a good client does. */
  async closed(): Promise<Close> {
    let found: Close | undefined;
    await until(
      () => {
        found = closeFrame(this.#received);
        return found !== undefined;
      },
      () => 'a close frame',
    );
    this.socket.end(frame(opcode.close));
    await this.ended();
    return found as Close;
  }

  /** Resolves when the connection is over. */
  async ended(limit?: number): Promise<void> {
    if (!this.socket.closed) await within(once(this.socket, 'close'), 'the end of the connection', limit);
  }
}

/** The head of a handshake, as bytes. */
export function handshake(path: string, token: string, host = 'localhost'): string {
  const headers = { Host: host, ...upgrade, Authorization: `Bearer ${token}` };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** Looks through the frames of a server, which are not masked, for the close frame. */
function closeFrame(bytes: Buffer): Close | undefined {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const code = (bytes[at] as number) & 0x0f;
    const short = (bytes[at + 1] as number) & 0x7f;
    const size =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? bytes.readUInt32BE(at + 6) : short;
    const start = at + (short === 126 ? 4 : short === 127 ? 10 : 2);
    if (code === opcode.close && size >= 2) {
      return { code: bytes.readUInt16BE(start), reason: bytes.subarray(start + 2, start + size).toString() };
    }
    at = start + size;
  }
  return undefined;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
