import { Command, InvalidArgumentError } from 'commander';
import { withHost } from '../deploy/site-options.js';
import { type Diagnosis, diagnosisOf, diagnosisText } from '../doctor/diagnosis.js';
import { lookHere } from '../doctor/here.js';
import { lookFromOutside } from '../doctor/outside.js';
import { lookAtSite } from '../doctor/site.js';
import { exitCode } from '../exit-code.js';
import { quietSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';

interface Options {
  readonly host?: string;
  readonly url?: URL;
  readonly json?: boolean;
}

/**
 * `hermes doctor`: what is wrong with this checkout's stack, with any WebSocket, or with a host that was deployed to, and
 * what to do. It changes nothing. Exit 1 when there is a fault.
 */
export function doctorVerb(): Command {
  return withHost(new Command('doctor'))
    .description('find out what is wrong, and what to do; changes nothing')
    .option(
      '--url <address>',
      'look at a WebSocket from outside, such as wss://example.com/ws; make: URL=',
      socketUrl,
    )
    .option('--json', 'as JSON; make: JSON=1')
    .action(async (options: Options, command: Command) => {
      if (options.host && options.url) command.error('error: give HOST or URL, not both');
      const diagnosis = await diagnose(options);
      process.stdout.write(
        options.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : diagnosisText(diagnosis),
      );
      if (!diagnosis.healthy) process.exitCode = exitCode.failure;
    });
}

async function diagnose({ host, url }: Options): Promise<Diagnosis> {
  const project = projectAt();
  if (host) return diagnosisOf(host, await lookAtSite(host));
  if (!url) return diagnosisOf('this checkout', await lookHere(project));
  // The query may hold a token.
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  return diagnosisOf(shown, await lookFromOutside(project, quietSettings(project).settings, url));
}

function socketUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^wss?:$/.test(url.protocol) && url.hostname && !url.username && !url.password) return url;
  throw new InvalidArgumentError('Give a URL such as wss://example.com/ws.');
}
