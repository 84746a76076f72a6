/*
 * When Traefik renews. Its table goes by `certificatesDuration` alone, which is ACME_LIFETIME here.
 * Source: getCertificateRenewDurations in pkg/provider/acme/provider.go of Traefik 3.6.
 */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Lives from so many milliseconds on, how long before the end they are renewed, and how often Traefik looks. */
const table = [
  { from: 365 * day, before: 120 * day, every: 7 * day },
  { from: 90 * day, before: 30 * day, every: day },
  { from: 30 * day, before: 10 * day, every: 12 * hour },
  { from: 6 * day, before: 2 * day, every: 2 * hour },
  { from: day, before: 6 * hour, every: 10 * minute },
  { from: 0, before: 20 * minute, every: minute },
] as const;

const rowOf = (lifetime: number) => table.find(({ from }) => lifetime >= from) ?? table[table.length - 1];

type Validity = { readonly notBefore: Date; readonly notAfter: Date };

/**
 * From here on Traefik asks for a new one whenever it looks: at once, where the life is shorter than it was told.
 * @param lifetime milliseconds, as configured
 */
export function traefikRenewsFrom({ notBefore, notAfter }: Validity, lifetime: number): Date {
  return new Date(Math.max(notBefore.getTime(), notAfter.getTime() - (rowOf(lifetime)?.before ?? 0)));
}

/** When a renewal is late: Traefik has looked three times, and has no new certificate. */
export function traefikIsLateFrom(certificate: Validity, lifetime: number): Date {
  return new Date(traefikRenewsFrom(certificate, lifetime).getTime() + 3 * (rowOf(lifetime)?.every ?? 0));
}
