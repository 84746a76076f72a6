import { fernetKey, flag, oneOf, origins, text } from '../kinds.js';
import { settingsOf } from '../setting.js';

const setting = settingsOf('access');

/** Who may connect, and who may publish. */
export const access = {
  JWT_SECRET_KEY: setting(text(), 'Secret that signs the tokens of clients.', {
    secret: true,
    strongFrom: 32,
  }),
  JWT_ALGORITHM: setting(oneOf('HS256', 'HS384', 'HS512'), 'The one algorithm that tokens may use.', {
    fallback: 'HS256',
  }),
  JWT_ALLOW_NO_EXP: setting(flag(), 'Accept tokens that never expire.', { fallback: 'false' }),
  SERVICE_API_KEY: setting(text(), 'Key that services send as X-API-Key.', {
    secret: true,
    strongFrom: 16,
  }),
  WS_SECRET: setting(
    fernetKey(),
    'Fernet key for encrypted ids in `/ws/tenant/{id}` and `/ws/device/{id}`.',
    { secret: true },
  ),
  ALLOWED_ORIGINS: setting(
    origins(),
    'Origins whose pages may connect, besides the page’s own host; `*` is any.',
  ),
  DOCTOR_TOKEN: setting(text(), 'Token that `make doctor URL=…` sends, where the path needs one.', {
    secret: true,
  }),
  DEVICE_REASSIGN: setting(
    flag(),
    'Let an uplink move a device to another tenant. Otherwise such an uplink is refused.',
    { fallback: 'false' },
  ),
};
