import { faultsBySubject, type Subject } from '../doctor/faults.js';

const headings: Readonly<Record<Subject, string>> = {
  settings: 'Settings',
  stack: 'What runs',
  certificate: 'Certificates',
  renewal: 'Renewal',
  names: 'Names, and the way of a CA',
  connection: 'The way of a client',
  limits: 'Limits',
  host: 'A host that is deployed to',
};

/** Every fault that `make doctor` knows. */
export function faultsPage(): string {
  const sections = Object.entries(faultsBySubject).map(([subject, rows]) => {
    const lines = Object.entries(rows).map(
      ([code, { meaning, fix }]) => `| \`${code}\` | ${meaning} | ${fix} |`,
    );
    const heading = headings[subject as Subject];
    return `## ${heading}\n\n| code | what is wrong | what to do |\n| --- | --- | --- |\n${lines.join('\n')}\n`;
  });
  return `# Faults

This page is generated from \`scripts/src/doctor/faults\` by \`make docs\`.

\`make doctor\` looks at the stack of this checkout, native or in containers; \`make doctor HOST=user@host\` at one that was
deployed to, by ssh; \`make doctor URL=wss://example.com/ws\` at any WebSocket, from outside. It changes nothing, and asks no
CA for anything. It exits with 0 when nothing is wrong, and with 1 when there is a fault (make itself then with 2, as it does
for whatever fails).

Each fault has a code that stays as it is, the cause with what was seen, and the next command; what is right is said, too. A
fault that explains others is told alone: where the app is down, nobody says that the proxy answers 502. \`JSON=1\` prints
the same for programs: \`target\`, \`healthy\`, \`faults\` with \`code\`, \`cause\` and \`fix\`, \`right\` and \`notes\`.

With \`HOST\`, what is asked goes by ssh: files and containers by commands that only read, sockets by ports that ssh leads here
(\`AllowTcpForwarding\`, which is on unless the host forbids it). No private key leaves the host. A swarm is looked at with
\`URL\`.

For a path that needs a token, put one into \`DOCTOR_TOKEN\` in \`.env\` or in the environment, not on a command line, which
others can read. It goes to whatever \`URL\` names, once its certificate is verified. Without one, a handshake that gets as far
as 401 is well.

${sections.join('\n')}`;
}
