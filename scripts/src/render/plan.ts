import type { Settings } from '../../../app/src/settings/table.js';
import { chooseNginx, type NginxChoices } from './choices.js';
import type { Place } from './place.js';
import type { PlannedFile } from './template.js';

/**
 * The files of nginx's configuration: which template goes where. Every variation is made here, by the choice of a file;
 * targets do not vary, so each `include` names one.
 */
export function planNginx(settings: Settings, place: Place): PlannedFile[] {
  const choices = chooseNginx(settings, place);
  const { tls, publicTls, ipv6, workerUser } = choices;
  const strangers = !tls ? 'plain' : publicTls ? 'public' : 'local';
  const listen = listenFolder(ipv6);
  const always = [
    same('nginx.conf.template'),
    same('maps/upgrade.conf'),
    chosen(`sites/strangers-${strangers}.conf`, 'sites/strangers.conf'),
    chosen(`sites/http-${tls ? 'redirect' : 'plain'}.conf.template`, 'sites/http.conf'),
    tls ? same('sites/https.conf.template') : chosen('sites/https-none.conf', 'sites/https.conf'),
    chosen(`${listen}/http.conf.template`, 'snippets/listen/http.conf'),
    chosen(`${listen}/http-default.conf.template`, 'snippets/listen/http-default.conf'),
    orNone(workerUser, 'snippets/process/user', '.template'),
    same('snippets/process/temporary-files.conf.template'),
    same('snippets/proxy/headers.conf'),
    same('snippets/proxy/http.conf'),
    same('snippets/proxy/locations.conf'),
    same('snippets/proxy/timeouts.conf.template'),
    chosen(
      `snippets/proxy/upstream${upstreamVariant(choices)}.conf.template`,
      'snippets/proxy/upstream.conf',
    ),
    same('snippets/proxy/websocket.conf.template'),
    same('snippets/security/access-log.conf.template'),
    same('snippets/security/errors.conf'),
    same('snippets/security/limits.conf.template'),
    same('snippets/security/logged-path.conf'),
  ];
  return tls ? [...always, ...tlsFiles(choices)] : always;
}

function tlsFiles(choices: NginxChoices): PlannedFile[] {
  const { ipv6, acme, awaiting, hsts, certificateCache, policy, http2Directive, tickets } = choices;
  const listen = listenFolder(ipv6);
  return [
    same('maps/certificate.conf.template'),
    chosen(`${listen}/https.conf.template`, 'snippets/listen/https.conf'),
    chosen(`${listen}/https-default.conf.template`, 'snippets/listen/https-default.conf'),
    orNone(acme, 'snippets/acme/challenge', '.template'),
    orNone(awaiting, 'snippets/acme/awaiting', '.template'),
    orNone(awaiting, 'snippets/acme/awaiting-answer', ''),
    orNone(hsts, 'snippets/security/hsts', '.template'),
    same('snippets/tls/certificate.conf'),
    orNone(certificateCache, 'snippets/tls/certificate-cache', ''),
    chosen(`snippets/tls/policy-${policy}.conf.template`, 'snippets/tls/policy.conf'),
    same('snippets/tls/records.conf'),
    same('snippets/tls/one-session.conf'),
    chosen(`snippets/tls/http2${http2Directive ? '' : '-by-listen'}.conf`, 'snippets/tls/http2.conf'),
    chosen(
      `snippets/tls/session-${tickets ? 'tickets' : 'no-tickets'}.conf.template`,
      'snippets/tls/session.conf',
    ),
  ];
}

/** How the processes of the app are found, and one is chosen. */
const upstreamVariant = ({ resolved, replicas }: NginxChoices) =>
  resolved ? '-resolved' : replicas ? '-replicas' : '';

const listenFolder = (ipv6: boolean) => `snippets/listen/${ipv6 ? 'dual' : 'ipv4'}`;

const chosen = (source: string, target: string): PlannedFile => ({ source, target });

const same = (source: string): PlannedFile => chosen(source, source.replace(/\.template$/, ''));

/** A feature that is either there or explained away. */
const orNone = (wanted: boolean, name: string, suffix: string): PlannedFile =>
  chosen(wanted ? `${name}.conf${suffix}` : `${name}-none.conf`, `${name}.conf`);
