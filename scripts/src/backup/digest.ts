import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** Passes bytes on, and tells their SHA-256 at the end. */
export class Digest extends Transform {
  readonly #hash = createHash('sha256');

  override _transform(chunk: Buffer, _encoding: BufferEncoding, next: TransformCallback): void {
    this.#hash.update(chunk);
    next(null, chunk);
  }

  hex(): string {
    return this.#hash.digest('hex');
  }
}
