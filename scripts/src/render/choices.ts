import { promisesHttps } from '../../../app/src/settings/hsts.js';
import { isPublicTls, type SettingKey, type Settings } from '../../../app/src/settings/table.js';
import type { TlsPolicyName } from '../../../app/src/tls/policy.js';
import type { Place } from './place.js';
import { atLeast } from './version.js';

/** Which variants of the configuration are wanted. Files are chosen by these, and values derived for them. */
export interface NginxChoices {
  readonly tls: boolean;
  /** The world trusts the certificate, so it is shown only to who names the site. */
  readonly publicTls: boolean;
  readonly hsts: boolean;
  readonly policy: TlsPolicyName;
  /** HTTP/2 is switched on by a directive of its own; a parameter of `listen` otherwise. */
  readonly http2Directive: boolean;
  /** nginx replaces the keys of session tickets in time. */
  readonly tickets: boolean;
  /** nginx can keep a certificate that it loaded through a variable. */
  readonly certificateCache: boolean;
  readonly ipv6: boolean;
  readonly workerUser: boolean;
  /** The app is where a DNS server says it is. */
  readonly resolved: boolean;
  /** There are several processes of the app to choose from. */
  readonly replicas: boolean;
  readonly acme: boolean;
  /** The first certificate may come after the start. */
  readonly awaiting: boolean;
}

export function chooseNginx(settings: Settings, place: Place): NginxChoices {
  const tls = settings.TLS !== 'off';
  return {
    tls,
    publicTls: isPublicTls((key) => String(settings[key as SettingKey])),
    hsts: promisesHttps(settings),
    policy: settings.TLS_POLICY,
    http2Directive: atLeast(place.nginxVersion, '1.25.1'),
    tickets: atLeast(place.nginxVersion, '1.23.2'),
    certificateCache: atLeast(place.nginxVersion, '1.27.4'),
    ipv6: place.ipv6,
    workerUser: place.workerUser !== undefined,
    resolved: place.resolver !== undefined,
    replicas: place.upstreams.length > 1,
    acme: tls && place.acmeWebroot !== undefined,
    awaiting: settings.TLS === 'letsencrypt',
  };
}
