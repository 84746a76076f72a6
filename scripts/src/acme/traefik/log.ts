import { open, stat } from 'node:fs/promises';

/** One line in which Traefik’s resolver says that it failed. */
export interface TraefikComplaint {
  /** Such as `Unable to obtain ACME certificate for domain`. */
  readonly message: string;
  /** The words of the CA, or of the library that asks it. */
  readonly error: string;
}

/** Bytes to read at once, from the end; what is older has been read, or does not matter any more. */
const window = 256 * 1024;

/** Follows Traefik’s own log, from where it ends now, and picks what concerns certificates. */
export class TraefikLog {
  readonly #path: string;
  #at: number;

  private constructor(path: string, at: number) {
    this.#path = path;
    this.#at = at;
  }

  static async from(path: string): Promise<TraefikLog> {
    return new TraefikLog(path, await sizeOf(path));
  }

  /** What came since the last call, in whole lines. */
  async complaints(): Promise<TraefikComplaint[]> {
    const size = await sizeOf(this.#path);
    // A file that is shorter than before was rotated: all of it is new.
    if (size < this.#at) this.#at = 0;
    const from = Math.max(this.#at, size - window);
    if (size <= from) return [];
    const text = await read(this.#path, from, size - from);
    const whole = text.lastIndexOf('\n') + 1;
    this.#at = from + Buffer.byteLength(text.slice(0, whole));
    return text.slice(0, whole).split('\n').flatMap(complaintOf);
  }
}

function complaintOf(line: string): TraefikComplaint[] {
  try {
    const { providerName, level, message, error } = JSON.parse(line);
    if (providerName !== 'hermes.acme' || level !== 'error') return [];
    return [{ message: String(message ?? ''), error: String(error ?? message ?? '') }];
  } catch {
    return [];
  }
}

const sizeOf = async (path: string) => (await stat(path).catch(() => undefined))?.size ?? 0;

async function read(path: string, from: number, length: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
