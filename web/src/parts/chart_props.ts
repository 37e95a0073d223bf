// The contents of a chart.

import type { Unit } from '../reports/report';

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly colour: number; // of the palette
  readonly isBefore?: boolean; // of the period that it is compared with
  readonly isQuiet?: boolean; // beside the lines that the chart is about
}

export interface ChartProps {
  readonly title: string;
  readonly kind: 'bars' | 'stacked' | 'lines';
  readonly unit: Unit;
  readonly labels: readonly { readonly short: string; readonly long: string }[];
  readonly lines: readonly Line[];
  /** The reader has marked some buckets. */
  readonly onMark?: ((first: number, last: number) => void) | undefined;
}
