import jwt, { type SignOptions } from 'jsonwebtoken';
import { jwtSecret } from './service.js';

/** A token as the identity service would sign it. */
export function token(claims: Record<string, unknown> = {}, options: SignOptions = { expiresIn: '1h' }): string {
  return jwt.sign({ user_id: 'u1', cs_tenant_id: 't1', ...claims }, jwtSecret, options);
}
