import { readFileSync } from 'node:fs';

/** A command in a document, and what the document says that it prints; empty when it says nothing. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

/** The `sh` blocks of a Markdown file, each with the block of another language that follows it. */
export function stepsOf(file: string): Step[] {
  const blocks = [...readFileSync(file, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, language, text = ''], index) => {
    if (language !== 'sh') return [];
    const next = blocks[index + 1];
    return [{ command: text, output: next && next[1] !== 'sh' ? (next[2] ?? '') : '' }];
  });
}

/** The variables that a block of assignments sets. */
export function variablesOf({ command }: Step): string[] {
  return [...command.matchAll(/^(?:export )?(\w+)=/gm)].map(([, name = '']) => name);
}

/** Output with ids and times made alike, because they differ from run to run; JSON may be laid out in any way. */
export function comparable(output: string): string {
  return compact(output.trim())
    .replace(/\b\d{13}-\d{6}\b/g, '<id>')
    .replace(/\b[0-9a-f]{24}\b/g, '<document id>')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}

function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
