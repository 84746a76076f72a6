import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../../app/src/settings/kinds.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { signToken } from '../sign-token.js';

/** `hermes token`: prints a JWT, and nothing else on standard output. */
export function tokenVerb(): Command {
  return new Command('token')
    .description('print a JWT for a client')
    .option('--user <id>', 'user_id; required; make: USER=')
    .option('--tenant <id>', 'cs_tenant_id; make: TENANT=')
    .option('--username <name>', 'username')
    .option('--superuser', 'may see every tenant; make: SUPERUSER=1')
    .option('--global', 'gets the uplinks of every tenant on /ws; make: GLOBAL=1')
    .option('--ttl <duration>', 'how long it is valid, such as 15m or 1h; make: TTL=', seconds, 3_600)
    .action((options, command: Command) => {
      if (!options.user) command.error('error: whose token? Give --user <id> (make: USER=u1)');
      const { settings } = operatorSettings(projectAt());
      const claims = {
        user_id: options.user,
        ...(options.username && { username: options.username }),
        ...(options.tenant && { cs_tenant_id: options.tenant }),
        ...(options.superuser && { is_superuser: true }),
        ...(options.global && { is_global: true }),
      };
      process.stdout.write(`${signToken(settings, claims, options.ttl)}\n`);
    });
}

function seconds(text: string): number {
  const milliseconds = parseDuration(text);
  if (!milliseconds || milliseconds < 1_000) {
    throw new InvalidArgumentError('Give a duration such as 30s, 15m, 1h or 7d.');
  }
  return milliseconds / 1_000;
}
