import { row } from './row.js';

/** Names in DNS, and the way of a CA. */
export const names = {
  NAME_UNKNOWN: row('DNS does not know the name.', 'add the name to your zone, or correct DOMAIN'),
  NAME_WITHOUT_ADDRESS: row(
    'DNS knows the name, without an address.',
    'add an A record (AAAA for IPv6) that leads to this host',
  ),
  DNS_FAILING: row('DNS does not answer.', 'check the name servers of the zone, and this host’s resolver'),
  CAA_FORBIDS: row('CAA records forbid the CA to issue.', 'add a CAA record for the CA'),
  CHALLENGE_UNREACHABLE: row('The CA cannot reach port 80.', 'open port 80, and let it lead to the proxy'),
  CHALLENGE_REDIRECT: row(
    'The path of the challenge is redirected where a CA does not follow.',
    'let port 80 answer /.well-known/acme-challenge/ itself',
  ),
};
