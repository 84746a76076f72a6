import { match, throws } from 'node:assert/strict';
import { HermesError } from '../../../app/src/errors.js';
import { deriveTimeouts, type Timeouts } from '../../../app/src/settings/timeouts.js';
import { checkNginx } from '../../src/render/invariants.js';
import type { Place } from '../../src/render/place.js';
import { place, settingsOf } from './helpers/profiles.js';

interface Change {
  settings?: Record<string, string>;
  place?: Partial<Place>;
  times?: Partial<Timeouts>;
}

function check(change: Change = {}) {
  const settings = settingsOf(change.settings ?? {});
  checkNginx({
    settings,
    place: { ...place, ...change.place },
    times: { ...deriveTimeouts(settings), ...change.times },
  });
}

function refuses(change: Change, code: string, ...named: RegExp[]) {
  throws(
    () => check(change),
    (error) => {
      if (!(error instanceof HermesError) || error.code !== code) return false;
      for (const pattern of named) match(error.toText(), pattern);
      return true;
    },
  );
}

describe('the invariants of nginx', () => {
  it('hold for the defaults', () => check());

  it('refuse an idle limit that a live socket can reach', () => {
    refuses({ times: { idle: 45_000 } }, 'ping-outlasts-idle', /45000 ms.*45000 ms/, /PING_INTERVAL/);
  });

  it('refuse one port for HTTP and HTTPS', () => {
    refuses(
      { settings: { HTTP_PORT: '8443' } },
      'ports-collide',
      /HTTP_PORT=8443 and HTTPS_PORT=8443/,
      /change one/,
    );
  });

  it('let HTTP have any port where TLS is off', () => {
    check({ settings: { HTTP_PORT: '8443', TLS: 'off' } });
  });

  it('refuse a port of nginx that is the port of the app on this machine', () => {
    refuses(
      { settings: { HTTP_PORT: '5000' } },
      'app-port-collides',
      /127\.0\.0\.1:5000.*HTTP_PORT=5000/,
      /APP_PORT/,
    );
    refuses({ settings: { HTTPS_PORT: '5000' } }, 'app-port-collides', /HTTPS_PORT=5000/);
    const upstreams = ['127.0.0.1:5000', '127.0.0.1:5001'];
    refuses(
      { settings: { HTTPS_PORT: '5001' }, place: { upstreams } },
      'app-port-collides',
      /127\.0\.0\.1:5001/,
    );
    check({ settings: { HTTP_PORT: '5000' }, place: { upstreams: ['app:5000'] } });
  });

  it('refuse an nginx that lacks what the templates use', () => {
    refuses({ place: { nginxVersion: '1.18.0' } }, 'nginx-too-old', /1\.18\.0.*1\.20\.0/);
  });

  it('refuse a path that nginx would read as something else', () => {
    check({ place: { pem: "/srv/it's mine/tls.pem" } });
    for (const pem of ['/srv/$HOME/tls.pem', '/srv/a"b/tls.pem', '/srv/a\nb/tls.pem', '/srv/a\\b/tls.pem']) {
      refuses({ place: { pem } }, 'path-not-quotable', /move the project/);
    }
  });
});
