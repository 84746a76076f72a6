import { HermesError } from '../../../app/src/errors.js';
import { externalAccountRefused, type FaultKind, problems, sayings } from './known-faults.js';

/** Why certbot failed, and whether trying again may help by itself. */
export interface AcmeFault {
  readonly error: HermesError;
  /** The CA or the network had a bad moment. */
  readonly transient: boolean;
  /** The CA has looked at the names and was not content: it counts such failures. */
  readonly validation: boolean;
  /** certbot was about to get a certificate, rather than to find out whether it should. */
  readonly ordering: boolean;
  /** Seconds after which the CA wants to be asked again. */
  readonly retryAfter?: number;
}

/** An account that the CA does not register; what its contact is blamed for is among the problems. */
function registrationFault(output: string, type: string | undefined): FaultKind | undefined {
  if (!output.includes('Unable to register an account')) return undefined;
  if (/requires external account binding/.test(output)) return problems.externalAccountRequired;
  return type === 'unauthorized' || type === 'malformed' ? externalAccountRefused : undefined;
}

/**
 * Reads what certbot left behind.
 * @param output its standard error and output
 * @param log its debug log, which has the CA's own words
 */
export function acmeFault(output: string, log: string): AcmeFault {
  const reported = challengeReport(output);
  const last = lastProblem(log);
  const type = reported?.type ?? (last === 'badNonce' && !isRaised(last, log) ? undefined : last);
  const known = type === undefined ? undefined : problems[type];
  const kind =
    registrationFault(output, type) ??
    known ??
    sayings.find(([saying]) => saying.test(output))?.[1] ??
    (hasServerFault(log) ? problems.serverInternal : undefined);
  const detail = reported ? `${reported.domain}: ${reported.detail}` : complaint(output);
  const retryAfter = type === 'rateLimited' ? retryAfterOf(log) : undefined;
  return {
    error: new HermesError(
      kind?.code ?? 'certbot-failed',
      kind ? `${kind.text} (${detail})` : `certbot failed: ${detail}`,
      kind?.hint ?? 'its log is below certs/acme, in the folder `logs` of the CA',
    ),
    transient: kind?.transient === true,
    validation: kind?.validation === true,
    ordering: /^(Requesting a|Renewing an existing) certificate/m.test(output),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** The first of the blocks `Domain: … Type: … Detail: …` with which certbot reports challenges. */
function challengeReport(output: string): { domain: string; type: string; detail: string } | undefined {
  const match = /^\s*(?:Domain|Identifier):\s*(\S+)\s*\n\s*Type:\s*(\w+)\s*\n\s*Detail:\s*(.+)$/m.exec(
    output,
  );
  return match
    ? { domain: match[1] ?? '', type: match[2] ?? '', detail: (match[3] ?? '').trim() }
    : undefined;
}

/** A refused nonce that certbot got over comes first, what ended the run comes last. */
function lastProblem(log: string): string | undefined {
  return [...log.matchAll(/urn:ietf:params:acme:error:(\w+)/g)].at(-1)?.[1];
}

/** certbot gets over one refused nonce, which its log has as well; what ends the run is raised there. */
const isRaised = (type: string, log: string) => log.includes(`Error: urn:ietf:params:acme:error:${type}`);

const hasServerFault = (log: string) => /"(?:GET|POST|HEAD) \S+ HTTP\/[\d.]+" 5\d\d/.test(log);

function retryAfterOf(log: string): number | undefined {
  const seconds = Number([...log.matchAll(/^Retry-After: (\d+)\s*$/gm)].at(-1)?.[1]);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** The line in which certbot says what went wrong; it goes on with advice that does not concern us. */
function complaint(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line &&
        !/^(Saving debug log|Ask for help|An unexpected error|Requesting|Renewing|Account registered|- -)/.test(
          line,
        ),
    );
  const line = lines.at(-1) ?? 'it gave no reason';
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

const longest = 300;
