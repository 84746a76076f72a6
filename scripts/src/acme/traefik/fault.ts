import { HermesError } from '../../../../app/src/errors.js';
import type { Settings } from '../../../../app/src/settings/table.js';
import { lastLine } from '../../last-line.js';
import type { AcmeFault } from '../fault.js';
import { externalAccountRefused, type FaultKind, problems, sayings } from '../known-faults.js';

/** `[name] … acme: error: 403 :: urn:ietf:params:acme:error:unauthorized :: detail`, as lego writes a problem. */
const problem = /(?:\[([^\]\s]+)\][^\n]*?)?urn:ietf:params:acme:error:(\w+) :: ([^\n]*)/;

/** What Traefik’s ACME library says of faults that no ACME problem names. */
const own: readonly (readonly [RegExp, FaultKind])[] = [
  [/x509: |tls: failed to verify/, kindOf('ca-untrusted')],
  [
    /credentials information are missing|unsupported TSIG algorithm|nameserver missing|bad (key|algorithm)|illegal base64/,
    {
      code: 'dns-credentials',
      text: 'the DNS provider cannot use its credentials',
      hint: 'correct the file that ACME_DNS_CREDENTIALS names; the page of the provider at https://go-acme.github.io/lego/dns/ has its variables',
    },
  ],
  [
    /unrecognized DNS provider/,
    {
      code: 'dns-provider-unknown',
      text: 'Traefik does not know the DNS provider',
      hint: 'set ACME_DNS_PLUGIN to a code of https://go-acme.github.io/lego/dns/',
    },
  ],
  [/server replied: NOTAUTH|bad signature|dns: bad authentication/, kindOf('dns-key-refused')],
  [/server replied: \w+|error presenting token/, kindOf('dns-update-refused')],
  [/could not find (the )?(zone|start of authority)/, kindOf('dns-zone-unknown')],
  [
    /dial tcp|dial udp|no such host|connection refused|i\/o timeout|context deadline exceeded|\bEOF\b|Client\.Timeout/,
    kindOf('ca-unreachable'),
  ],
];

function kindOf(code: string): FaultKind {
  const known = sayings.find(([, kind]) => kind.code === code)?.[1];
  if (!known) throw new Error(`${code} is not known`);
  return known;
}

/** Where problems of the challenge are told for port 80. */
const hintForHandshakes =
  'let the name resolve to this host only, and port 443 of it lead to Traefik with no TLS ended in between';

/** Reads what Traefik’s log says of an order that failed. @param said the field `error` of the line */
export function legoFault(said: string, { ACME_CHALLENGE }: Pick<Settings, 'ACME_CHALLENGE'>): AcmeFault {
  const [, name, type, words] = problem.exec(said) ?? [];
  const refused = said.includes('registering account') || /new-?acc(oun)?t/i.test(said);
  const kind =
    (refused && (type === 'unauthorized' || type === 'malformed') ? externalAccountRefused : undefined) ??
    (type ? problems[type] : own.find(([saying]) => saying.test(said))?.[1]);
  const byHandshake = ACME_CHALLENGE === 'tls-alpn-01';
  const detail = words ? `${name ? `${name}: ` : ''}${words.replace(/, url: \S*$/, '').trim()}` : plain(said);
  return {
    error: new HermesError(
      kind?.code ?? 'traefik-acme-failed',
      kind ? `${kind.text} (${detail})` : `Traefik got no certificate: ${detail}`,
      byHandshake && kind?.code.startsWith('challenge-')
        ? hintForHandshakes
        : (kind?.hint ?? 'see `make logs`'),
    ),
    transient: kind?.transient === true,
    validation: kind?.validation === true,
    ordering: true,
  };
}

const longest = 300;

/** One line of it, the last one, which says most. */
function plain(said: string): string {
  const line = lastLine(said) || 'it gave no reason';
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
