// What a report counts, as the documentation defines it.

import { definitions } from '../generated/definitions';
import type { Block, Piece } from '../generated/definitions';

const actionOf = (report: string): string => report.slice(report.indexOf('/') + 1);

const Pieces = ({ of }: { readonly of: readonly Piece[] }) => (
  <>
    {of.map((piece) =>
      'code' in piece ? <code>{piece.code}</code> : 'strong' in piece ? <strong>{piece.strong}</strong> : piece.text,
    )}
  </>
);

function BlockView({ block }: { readonly block: Block }) {
  if ('paragraph' in block)
    return (
      <p>
        <Pieces of={block.paragraph} />
      </p>
    );
  if ('formula' in block) return <pre>{block.formula}</pre>;
  if ('list' in block)
    return (
      <ul>
        {block.list.map((item) => (
          <li>
            <Pieces of={item} />
          </li>
        ))}
      </ul>
    );
  const [head = [], ...body] = block.table;
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th scope="col">
              <Pieces of={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {body.map((row) => (
          <tr>
            {row.map((cell) => (
              <td>
                <Pieces of={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The first paragraph of the definition, which stands under the report's name. */
export function Summary({ report }: { readonly report: string }) {
  const first = definitions[actionOf(report)]?.find((block) => 'paragraph' in block);
  if (!first || !('paragraph' in first)) return null;
  return <Pieces of={firstSentence(first.paragraph)} />;
}

function firstSentence(pieces: readonly Piece[]): Piece[] {
  const sentence: Piece[] = [];
  for (const piece of pieces) {
    const end = 'text' in piece ? piece.text.search(/[.:](\s|$)/) : -1;
    if (end >= 0 && 'text' in piece) return [...sentence, { text: `${piece.text.slice(0, end)}.` }];
    sentence.push(piece);
  }
  return sentence;
}

export const Definition = ({ report }: { readonly report: string }) => (
  <div class="definition">
    {(definitions[actionOf(report)] ?? []).map((block) => (
      <BlockView block={block} />
    ))}
  </div>
);
