import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

const minimumLength = 1 + 8 + 16 + 16 + 32;

/** Whether text has the form of a Fernet token: its version byte 0x80 and the high bytes of its time, in base64. */
export function looksLikeFernet(text: string): boolean {
  return /^gAAAA[\w-]{90,}={0,2}$/.test(text);
}

/**
 * Decrypts a Fernet token (the Fernet specification: AES-128-CBC under HMAC-SHA256, version 0x80). Its time is not
 * checked: links have no end of their own, the JWT beside them has.
 * @param key 32 bytes: 16 to sign, 16 to encrypt
 * @returns the text, or undefined when the token was not made with this key
 */
export function decryptFernet(token: string, key: Buffer): string | undefined {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length < minimumLength || bytes[0] !== 0x80) return undefined;
  const signed = bytes.subarray(0, -32);
  const signature = createHmac('sha256', key.subarray(0, 16)).update(signed).digest();
  if (!timingSafeEqual(signature, bytes.subarray(-32))) return undefined;
  try {
    const decipher = createDecipheriv('aes-128-cbc', key.subarray(16), signed.subarray(9, 25));
    return Buffer.concat([decipher.update(signed.subarray(25)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
