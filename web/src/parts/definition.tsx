// Says how a report counts.

import { definitions } from '../generated/definitions';
import type { Block, Piece } from '../generated/definitions';
import type { Report } from '../reports/report';

const actionOf = (report: string): string => report.slice(report.indexOf('/') + 1);

/** A long name breaks after an underscore. */
const Code = ({ text }: { readonly text: string }) => (
  <code>
    {text.split(/(?<=_)/).map((part) => (
      <>
        {part}
        <wbr />
      </>
    ))}
  </code>
);

const Pieces = ({ of }: { readonly of: readonly Piece[] }) => (
  <>
    {of.map((piece) =>
      'code' in piece ? <Code text={piece.code} /> : 'strong' in piece ? <strong>{piece.strong}</strong> : piece.text,
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

/** In plain words first, then as the documentation has it. */
export const Definition = ({ report }: { readonly report: Report }) => (
  <div class="definition" tabIndex={0}>
    <p>{report.about}</p>
    <h3>The exact definition</h3>
    {(definitions[actionOf(report.id)] ?? []).map((block) => (
      <BlockView block={block} />
    ))}
  </div>
);
