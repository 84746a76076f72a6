import { row } from './row.js';

/** Who brings a new certificate, and whether that goes well. */
export const renewal = {
  RENEWAL_NOT_RUNNING: row('Nobody renews the certificate.', 'make up'),
  RENEWAL_FAILING: row('The last tries to renew failed.', 'correct the cause, then: make renew'),
  RENEWAL_OVERDUE: row('A look at the certificate is more than two hours late.', 'make logs; make renew'),
  RENEWAL_YOURS: row(
    'A certificate of your own has less than a third of its life left, and only you can bring a new one.',
    'put it where SSL_CERTFILE and SSL_KEYFILE point, then: make renew',
  ),
};
