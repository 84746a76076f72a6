import { Command } from 'commander';
import { exitCode } from '../exit-code.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { type CertificateReport, certificateReports, wireText } from '../stack/certificate-report.js';
import { inEffect } from '../stack/in-effect.js';
import { failureText, looksText } from '../stack/renewal-text.js';

/**
 * `hermes certs`: every certificate, and whether what is served equals what is on disk. Exit 1 when one has a fault, or
 * little life left and no renewal in sight.
 */
export function certsVerb(): Command {
  return new Command('certs')
    .description('list certificates, and compare them with what is served')
    .option('--json', 'as JSON; make: JSON=1')
    .action(async (options) => {
      const project = projectAt();
      const { settings, running } = inEffect(project, operatorSettings(project).settings);
      const reports = await certificateReports(project, settings, running);
      if (options.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
      else if (reports.length === 0) process.stdout.write('There are no certificates yet.\n  → make up\n');
      else process.stdout.write(reports.map(text).join('\n'));
      if (reports.some(isFaulty)) process.exitCode = exitCode.failure;
    });
}

function isFaulty({ faults, wire }: CertificateReport): boolean {
  return faults.length > 0 || (wire ?? []).some(({ matches }) => !matches);
}

function text({
  name,
  kind,
  path,
  info,
  daysLeft,
  renewAt,
  faults,
  outlook,
  wire,
}: CertificateReport): string {
  const looks = outlook && looksText(outlook);
  const failure = outlook && failureText(outlook);
  const lines = [
    kind === 'ca' ? 'Local CA' : name,
    ...(info
      ? [
          ...(info.names.length > 0 ? [`  names    ${info.names.join(', ')}`] : []),
          `  issuer   ${info.issuer}`,
          `  expires  ${info.notAfter.toISOString()}, ${daysLeft} days left`,
          ...(renewAt ? [`  renewal  ${renewAt.toISOString()}`] : []),
          `  key      ${info.keyType}`,
        ]
      : []),
    `  file     ${path}`,
    ...(looks ? [`  looks    ${looks}`] : []),
    ...(failure ? [`  failed   ${failure}`] : []),
    ...(wire ? [`  wire     ${wireText(wire)}`] : []),
    ...faults.flatMap(({ code, cause, fix }) => [`  FAULT    ${code}: ${cause}`, `           → ${fix}`]),
  ];
  return `${lines.join('\n')}\n`;
}
