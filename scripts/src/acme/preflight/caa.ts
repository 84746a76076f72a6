import type { CaaRecord } from 'node:dns';
import { HermesError } from '../../../../app/src/errors.js';
import { dnsFailing, isLoopbackName, type NameService } from './names.js';

/** Whom the CAA records of a name are to allow. */
export interface Issuer {
  /** Names by which the CA calls itself in CAA records. */
  readonly identities: readonly string[];
  /** Of the challenge, such as `http-01`. */
  readonly method: string;
}

/** A property (RFC 8659, section 4.1), its tag in lower case. */
interface Property {
  readonly tag: string;
  readonly value: string;
  readonly critical: boolean;
}

const knownTags = ['issue', 'issuewild', 'iodef', 'issuemail', 'contactemail', 'contactphone', 'issuevmc'];

/**
 * Whether the CAA records let the CA issue for a name (RFC 8659).
 * @throws HermesError `caa-forbids`; `dns-failing`, because a CA that gets no answer must not issue
 */
export async function assertCaa(name: string, issuer: Issuer, names: NameService): Promise<void> {
  if (issuer.identities.length === 0 || isLoopbackName(name)) return;
  const wildcard = name.startsWith('*.');
  const relevant = await relevantSet(name.replace(/^\*\./, ''), names);
  if (!relevant) return;
  const { owner, properties } = relevant;
  const [identity] = issuer.identities;
  const unknown = properties.find(({ tag, critical }) => critical && !knownTags.includes(tag));
  if (unknown) {
    throw new HermesError(
      'caa-forbids',
      `a CAA record of ${owner} forbids every CA that does not know its critical property ${unknown.tag}`,
      'take that record away, or its critical flag (128)',
    );
  }
  const ofTag = (tag: string) => properties.filter((property) => property.tag === tag);
  const restricted = wildcard && ofTag('issuewild').length > 0 ? 'issuewild' : 'issue';
  const rules = ofTag(restricted);
  if (rules.length === 0 || rules.some(({ value }) => allows(value, issuer))) return;
  throw new HermesError(
    'caa-forbids',
    `the CAA records of ${owner} do not let the CA issue for ${name}: they allow ${rules.map(({ value }) => value.trim() || ';').join(' and ')}`,
    `add to ${owner}: CAA 0 ${restricted} "${identity}"`,
  );
}

/** Climbs from the name towards the root, and stops where there are records (section 3). */
async function relevantSet(
  name: string,
  { resolver, authoritative }: NameService,
): Promise<{ owner: string; properties: Property[] } | undefined> {
  for (let owner = name; owner; owner = owner.split('.').slice(1).join('.')) {
    try {
      const records = await resolver.resolveCaa(owner);
      if (records.length > 0) return { owner, properties: records.flatMap(propertiesOf) };
    } catch (error) {
      const code = String((error as NodeJS.ErrnoException).code);
      if (code === 'ENODATA' || code === 'ENOTFOUND') continue;
      if (authoritative) throw dnsFailing(owner, code);
      return undefined;
    }
  }
  return undefined;
}

/** Node gives a record as its flags and one key, the tag. */
function propertiesOf({ critical, ...tags }: CaaRecord): Property[] {
  return Object.entries(tags)
    .filter(([tag]) => tag !== 'type')
    .map(([tag, value]) => ({
      tag: tag.toLowerCase(),
      value: String(value),
      critical: (critical & 128) !== 0,
    }));
}

/** `ca.example; validationmethods=http-01,dns-01`: an issuer, then parameters (RFC 8657). */
function allows(value: string, { identities, method }: Issuer): boolean {
  const [issuer = '', ...parameters] = value.split(';').map((part) => part.trim());
  if (!identities.some((identity) => identity.toLowerCase() === issuer.toLowerCase())) return false;
  const methods = parameters
    .map((parameter) => /^validationmethods\s*=\s*(.*)$/i.exec(parameter)?.[1])
    .find(Boolean);
  return !methods || methods.split(',').some((allowed) => allowed.trim() === method);
}
