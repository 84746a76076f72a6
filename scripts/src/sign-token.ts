import jwt from 'jsonwebtoken';
import type { Settings } from '../../app/src/settings/table.js';
import { requireSecret } from './operator-settings.js';

/** Claims of a token as the app reads them. */
export interface TokenClaims {
  readonly user_id: string;
  readonly username?: string;
  readonly cs_tenant_id?: string;
  readonly is_superuser?: boolean;
  readonly is_global?: boolean;
}

/** @param seconds how long the token is valid */
export function signToken(settings: Settings, claims: TokenClaims, seconds: number): string {
  return jwt.sign(claims, requireSecret(settings.JWT_SECRET_KEY, 'JWT_SECRET_KEY'), {
    algorithm: settings.JWT_ALGORITHM,
    expiresIn: seconds,
  });
}
