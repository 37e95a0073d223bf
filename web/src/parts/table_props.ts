// The contents of a table.

import type { Figure } from '../reports/report';

export interface TableRow {
  readonly key: string | number;
  readonly label: string;
  readonly exact?: string; // the label for a spreadsheet, if it is another
  readonly note?: string | undefined; // such as the id beside a name
  readonly values: readonly (number | null)[];
  readonly before?: readonly (number | null)[] | undefined;
}

export interface TableProps {
  readonly caption: string;
  readonly head: string; // of the labels
  readonly figures: readonly Figure[];
  readonly all?: TableRow | undefined; // what the rows are together, before them
  readonly rows: readonly TableRow[];
  readonly total?: TableRow | undefined; // after them
  readonly isCompared: boolean;
  readonly bar?: number | undefined; // the column with bars
  readonly hasAllColumn?: boolean; // the first column is what the others are together
  readonly sort?: { readonly column: number; readonly isDown: boolean } | undefined; // at first
}
