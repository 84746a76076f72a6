import { type Scope, type Setting, table } from '../../../app/src/settings/table.js';
import { exampleFile } from '../env-file/generate.js';
import { faultsPage } from './faults-page.js';

/** Every file that is generated from a table of ours: its path in the project, and its content. */
export function generatedPages(): Readonly<Record<string, string>> {
  return {
    '.env.example': exampleFile(),
    'docs/reference/faults.md': faultsPage(),
    'docs/reference/settings.md': settingsPage(),
  };
}

const headings: Readonly<Record<Scope, string>> = {
  stack: 'The stack',
  containers: 'Containers',
  deploy: 'Deploys',
  certificates: 'Certificates',
  app: 'The app',
  access: 'Who may do what',
  backends: 'Bus, store and broker',
  limits: 'Limits and times',
};

function settingsPage(): string {
  const rows = Object.entries(table as Record<string, Setting>);
  const sections = Object.entries(headings).map(([scope, heading]) => {
    const lines = rows
      .filter(([, { scope: own }]) => own === scope)
      .map(([key, setting]) => row(key, setting));
    return `## ${heading}\n\n| setting | meaning | allowed | default |\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`;
  });
  return `# Settings

This page is generated from \`app/src/settings/table/\` by \`make docs\`.

A value comes from the command line (\`make up TLS=off\`), else from the environment, else from \`.env\`, else it is the
default. A secret may also be given as a file: \`JWT_SECRET_KEY_FILE=/run/secrets/jwt\`. \`make config\` prints what is in effect, and where each value comes from; secrets are masked.

${sections.join('\n')}`;
}

function row(key: string, setting: Setting): string {
  const { fallback, fallbackDoc, secret } = setting;
  const value = typeof fallback === 'string' ? `\`${fallback}\`` : (fallbackDoc ?? '');
  return `| \`${key}\` | ${setting.doc}${secret ? ' Secret.' : ''} | ${allowed(setting)} | ${value} |`;
}

/** What the schema says of a value that it refuses; text takes anything. */
function allowed({ schema }: Setting): string {
  const result = schema.safeParse('\u0000');
  return result.success
    ? 'text'
    : (result.error.issues[0]?.message ?? '').replaceAll(/https?:\S+\w|\*/g, '`$&`');
}
