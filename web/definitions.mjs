// Takes the definitions of the reports out of docs/, for the page: the text before the example, and
// other sections before the next heading are left to the documents. Writes src/generated/definitions.ts.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';

const here = new URL('.', import.meta.url);
const folder = new URL('../docs/definitions/reports/', here);

// Text becomes pieces: plain, **strong** and `code`. Links lose their addresses, and [api], [ours]
// and [seen], which say where a definition comes from, are left out.
function pieces(text) {
  const plain = text
    .replace(/\s*\[(api|ours|seen)\]/g, '')
    .replace(/\[((?:[^\]`]|`[^`]*`)+)\]\([^)]*\)/g, '$1')
    .replace(/(?<![*\w])\*([^*]+)\*(?![*\w])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return plain
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter(Boolean)
    .map((part) =>
      part.startsWith('`')
        ? { code: part.slice(1, -1) }
        : part.startsWith('**')
          ? { strong: part.slice(2, -2) }
          : { text: part },
    );
}

function block(lines) {
  if (lines[0].startsWith('|')) {
    const rows = lines.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    const shown = rows[0].map((name, at) => (name === 'mark' ? -1 : at)).filter((at) => at >= 0);
    const [head, , ...body] = rows.map((row) => shown.map((at) => pieces(row[at] ?? '')));
    return { table: [head, ...body] };
  }
  if (lines[0].startsWith('```')) return { formula: lines.slice(1, -1).join('\n') };
  if (lines[0].startsWith('- ')) {
    return {
      list: lines
        .join('\n')
        .split(/\n?^- /m)
        .filter(Boolean)
        .map(pieces),
    };
  }
  return { paragraph: pieces(lines.join(' ')) };
}

function blocks(markdown) {
  const body = markdown
    .split(/^## Example/m)[0]
    .replace(/^# .*\n/, '')
    .replace(/^## .*$/gm, '');
  const kind = (line) => /^\||^```|^- /.exec(line)?.[0] ?? ' ';
  const found = [];
  for (const part of body.split(/\n\s*\n/).filter((text) => text.trim())) {
    let lines = [];
    for (const line of part.split('\n').filter((text) => text.trim())) {
      // A list may follow its paragraph without an empty line.
      if (lines.length > 0 && kind(line) === '- ' && kind(lines[0]) === ' ') {
        found.push(block(lines));
        lines = [];
      }
      lines.push(line);
    }
    found.push(block(lines));
  }
  return found;
}

const definitions = {};
for (const name of readdirSync(folder)
  .filter((file) => file.endsWith('.md'))
  .sort()) {
  definitions[name.slice(0, -3)] = blocks(readFileSync(new URL(name, folder), 'utf8'));
}
mkdirSync(new URL('src/generated/', here), { recursive: true });
writeFileSync(
  new URL('src/generated/definitions.ts', here),
  `// Written by definitions.mjs from docs/definitions/reports/.

export type Piece = { text: string } | { strong: string } | { code: string };
export type Block = { paragraph: Piece[] } | { list: Piece[][] } | { table: Piece[][][] } | { formula: string };

export const definitions: Record<string, Block[]> = ${JSON.stringify(definitions, null, 1)};
`,
);
