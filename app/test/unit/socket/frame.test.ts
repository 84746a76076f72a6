import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';
import { textFrame } from '../../../src/socket/frame.js';

// Its types leave these two out.
const { Receiver, Sender } = createRequire(import.meta.url)('ws');

/** On each side of the lengths at which the header changes its form. */
const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000];

describe('a text frame', () => {
  for (const length of lengths) {
    const text = 'é'.repeat(Math.floor(length / 2)) + 'x'.repeat(length % 2);

    it(`of ${length} bytes is what ws makes of it, and what it understands`, async () => {
      const made = textFrame(text);
      const options = { fin: true, opcode: 1, mask: false, readOnly: true, rsv1: false };
      assert.ok(made.equals(Buffer.concat(Sender.frame(Buffer.from(text), options))));
      const receiver = new Receiver();
      const read = new Promise<string>((resolve) =>
        receiver.once('message', (data: Buffer) => resolve(String(data))),
      );
      receiver.write(made);
      assert.equal(await read, text);
    });
  }
});
