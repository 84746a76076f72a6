import type { Loaded } from '../../../app/src/settings/load.js';
import { clockTolerance } from '../acme/preflight/clock.js';
import type { Container } from '../containers/list.js';
import { partsOf } from '../containers/status.js';
import { checksOf, warningsOf } from '../deploy/check-look.js';
import { holderText } from '../deploy/lock.js';
import type { Look } from '../deploy/look.js';
import { checkContainers } from './check-stack.js';
import { caught, type Findings, fault, joined, note, right } from './findings.js';
import type { SiteFiles } from './site-script.js';

/** What the look of a deploy tells of a host: whether the next deploy would be let in, and whether this one is well. */
export async function checkSite(look: Look, loaded: Loaded): Promise<Findings> {
  const deployable = await Promise.all(
    checksOf(look, loaded).map((check) =>
      caught(() => {
        check();
        return joined([]);
      }),
    ),
  );
  const { engine, compose, free, root } = look;
  const fit = deployable.every(({ faults }) => faults.length === 0);
  return joined([
    ...deployable,
    ...(fit ? [right(`Host: Docker ${engine}, Compose ${compose}, ${free.root} MiB free at ${root}`)] : []),
    clockOf(look),
    deployOf(look),
    ...(look.current ? [] : [fault('NOTHING_DEPLOYED', 'no release serves there')]),
  ]);
}

function clockOf(look: Look): Findings {
  const seconds = Math.abs(look.clockAhead);
  if (seconds * 1_000 <= clockTolerance) {
    return joined([right('Clock: as here'), note(...warningsOf({ ...look, certificates: [] }))]);
  }
  const cause = `the clock of the host is ${seconds} s ${look.clockAhead > 0 ? 'ahead of' : 'behind'} the one here`;
  return fault('CLOCK_WRONG', cause);
}

function deployOf({ journal, holder }: Look): Findings {
  if (holder) return note(`a deploy is under way: ${holderText(holder)}`);
  if (!journal) return joined([]);
  return fault('DEPLOY_INTERRUPTED', `a ${journal.what} was killed at its step "${journal.step}"`);
}

/**
 * The containers of a site and of its app.
 * @param project of the site, with which their names begin
 */
export function checkSiteContainers(
  { current, containers }: Pick<Look, 'current' | 'containers'>,
  project: string,
  health: SiteFiles['health'],
): Findings {
  const listed = containers.map(({ name, state, status }): Container => {
    const service = health[name]?.service ?? '';
    return {
      Name: name,
      // Each release has a service of its own.
      Service: service.startsWith('app-') ? 'app' : service,
      State: state,
      Health: /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(status)?.[1] ?? '',
      Status: status,
    };
  });
  const details = Object.fromEntries(
    Object.entries(health).map(([name, { said }]) => [name, { restarts: 0, said }]),
  );
  const processes = Object.fromEntries(
    listed.map(({ Name, State }) => [Name, { pid: null, restarts: 0, alive: State === 'running' }]),
  );
  const there = containers.some(({ release }) => release === current);
  return joined([
    checkContainers({ processes, parts: partsOf(project, listed, details) }),
    ...(there
      ? []
      : [
          fault(
            'CONTAINER_UNWELL',
            `no container of ${current}, which is to serve, is there`,
            'make deploy HOST=…',
          ),
        ]),
  ]);
}
