/** A fault in the operator’s words. */
export interface FaultKind {
  readonly code: string;
  readonly text: string;
  readonly hint: string;
  readonly transient?: true;
  readonly validation?: true;
}

/** ACME problem types (RFC 8555, section 6.7) in the operator's words. */
export const problems: Readonly<Record<string, FaultKind>> = {
  badNonce: {
    code: 'ca-refused-nonce',
    text: 'the CA refused the nonce of a request',
    hint: 'it is tried again by itself',
    transient: true,
  },
  serverInternal: {
    code: 'ca-failing',
    text: 'the CA has a fault of its own',
    hint: 'it is tried again by itself; see the status page of your CA',
    transient: true,
  },
  rateLimited: {
    code: 'ca-rate-limited',
    text: 'the CA takes no more orders for these names at the moment',
    hint: 'wait; the renewal is tried again when it may work',
  },
  invalidContact: {
    code: 'email-refused',
    text: 'the CA does not take this e-mail address',
    hint: 'correct ACME_EMAIL, or leave it empty',
  },
  unsupportedContact: {
    code: 'email-refused',
    text: 'the CA does not take this e-mail address',
    hint: 'correct ACME_EMAIL, or leave it empty',
  },
  accountDoesNotExist: {
    code: 'account-unknown',
    text: 'the CA does not know our account any more',
    hint: 'another one is registered by itself',
  },
  externalAccountRequired: {
    code: 'eab-required',
    text: 'the CA wants an external account',
    hint: 'set ACME_EAB_KID and ACME_EAB_HMAC_KEY as your CA gave them to you',
  },
  caa: {
    code: 'caa-forbids',
    text: 'a CAA record of the name does not let this CA issue',
    hint: 'add the CA to the CAA record, or take the record away',
    validation: true,
  },
  dns: {
    code: 'challenge-dns',
    text: 'the CA found no usable DNS record',
    hint: 'let the name resolve to this host in the public DNS; for dns-01 give it more time by ACME_DNS_PROPAGATION',
    validation: true,
  },
  connection: {
    code: 'challenge-unreachable',
    text: 'the CA could not connect to this host',
    hint: 'open port 80 to the internet on every address of the name, IPv6 included',
    validation: true,
  },
  tls: {
    code: 'challenge-unreachable',
    text: 'the CA met a fault of TLS on its way to the challenge',
    hint: 'let nothing but this host answer on port 80 and 443 of the name',
    validation: true,
  },
  unauthorized: {
    code: 'challenge-wrong',
    text: 'the CA got another answer than ours',
    hint: 'let the name resolve to this host only; let nothing else answer /.well-known/acme-challenge/ on port 80',
    validation: true,
  },
  incorrectResponse: {
    code: 'challenge-wrong',
    text: 'the CA got another answer than ours',
    hint: 'let the name resolve to this host only; for dns-01 see that the plugin writes to the zone that the world asks',
    validation: true,
  },
  rejectedIdentifier: {
    code: 'name-refused',
    text: 'the CA does not issue for this name',
    hint: 'correct DOMAIN; a public CA wants a name in the public DNS',
  },
  userActionRequired: {
    code: 'terms-changed',
    text: 'the CA wants its new terms to be agreed to',
    hint: 'read them, then move the folder of accounts away, and `make renew`',
  },
};

/** What certbot says of faults that no ACME problem names. */
export const sayings: readonly (readonly [RegExp, FaultKind])[] = [
  [
    /CERTIFICATE_VERIFY_FAILED|SSLError/,
    {
      code: 'ca-untrusted',
      text: 'the certificate of the ACME server cannot be verified',
      hint: 'for a CA of your own set ACME_CA_BUNDLE to the file of its root; else check the clock, and who is in between',
    },
  ],
  [
    /ConnectionError|ConnectTimeout|ReadTimeout|NewConnectionError|Connection aborted|Remote end closed/,
    {
      code: 'ca-unreachable',
      text: 'the CA cannot be reached',
      hint: 'see that this host may connect to it; it is tried again by itself',
      transient: true,
    },
  ],
  [
    /Another instance of Certbot is already running/,
    {
      code: 'certbot-busy',
      text: 'another certbot is at work on the same certificates',
      hint: 'it is tried again by itself',
      transient: true,
    },
  ],
  [
    /No space left on device|Disk quota exceeded/,
    { code: 'disk-full', text: 'the disk is full', hint: 'make room, then `make renew`' },
  ],
  [
    /Could not bind TCP port/,
    {
      code: 'port-in-use',
      text: 'certbot cannot listen for the challenge',
      hint: 'free the port, or set HTTP_PORT; ports below 1024 need root',
    },
  ],
  [/invalid anti-replay nonce/, problems.badNonce as FaultKind],
  [/invalid email address/i, problems.invalidContact as FaultKind],
  [/Account \S+ not found|account is not valid|deactivated/i, problems.accountDoesNotExist as FaultKind],
  [
    /The peer didn't (know|like)/,
    {
      code: 'dns-key-refused',
      text: 'the DNS server refuses the TSIG key',
      hint: 'correct its name, secret and algorithm in the file that ACME_DNS_CREDENTIALS names; the clock counts too',
    },
  ],
  [
    /Received response from server: \w+|Error communicating with the \w+ API/,
    {
      code: 'dns-update-refused',
      text: 'the DNS server does not take the record of the challenge',
      hint: 'let the key of ACME_DNS_CREDENTIALS change TXT records of the zone; bind9: update-policy',
    },
  ],
  [
    /Unable to determine (base domain|zone_id)/,
    {
      code: 'dns-zone-unknown',
      text: 'the DNS that the credentials are for does not have the zone',
      hint: 'correct DOMAIN, or the server or account in the file that ACME_DNS_CREDENTIALS names',
    },
  ],
  [
    /Encountered error (when making query|adding TXT record)|Network error (contacting|communicating with) the/,
    {
      code: 'dns-unreachable',
      text: 'the DNS server that takes the record of the challenge does not answer',
      hint: 'see that this host reaches it; server and port are in the file that ACME_DNS_CREDENTIALS names',
    },
  ],
  [
    /credentials|propert(y|ies) .* missing|Missing propert|not a valid IPv4 or IPv6 address|Unknown algorithm|dns_\w+ (is|are) required|binascii/i,
    {
      code: 'dns-credentials',
      text: 'the DNS plugin cannot use its credentials',
      hint: 'correct the file that ACME_DNS_CREDENTIALS names; the documentation of the plugin has its format',
    },
  ],
];

export const externalAccountRefused: FaultKind = {
  code: 'eab-refused',
  text: 'the CA does not take our external account',
  hint: 'correct ACME_EAB_KID and ACME_EAB_HMAC_KEY; some CAs let a pair be used once only, or for a while',
};
