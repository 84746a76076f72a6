/**
 * Hours that certificates of Let’s Encrypt’s profiles live. Source: https://letsencrypt.org/docs/profiles/; `classic`
 * goes down to 64 days in February 2027.
 */
export const acmeProfiles = { classic: 90 * 24, tlsserver: 45 * 24, shortlived: 160 } as const;

/** Hours; of a profile that is not among them, and of none, as of `classic`. */
export function profileLifetime(profile: string): number {
  return Object.hasOwn(acmeProfiles, profile)
    ? acmeProfiles[profile as keyof typeof acmeProfiles]
    : acmeProfiles.classic;
}
