import jwt, { type SignOptions } from 'jsonwebtoken';

export const jwtSecret = 'integration-test-secret-that-is-long-enough';

export type Claims = Readonly<Record<string, unknown>>;

/** A token as the identity service would sign it; a claim that is undefined is left out. */
export function token(
  claims: Claims = {},
  options: SignOptions = 'exp' in claims ? {} : { expiresIn: '1h' },
): string {
  const all = Object.entries({ user_id: 'u1', cs_tenant_id: 't1', ...claims });
  return jwt.sign(Object.fromEntries(all.filter(([, value]) => value !== undefined)), jwtSecret, options);
}

/** A JWT put together by hand, for what no honest library would sign. */
export function forged(header: unknown, payload: unknown, signature = ''): string {
  const part = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}
