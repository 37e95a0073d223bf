// The series of a chart for uPlot. Stacked bars are drawn from the whole stack down to its lowest
// part, each over the one before.

import uPlot from 'uplot';
import type { ChartProps, Line } from './chart_props';
import { colour } from './colours';

const bars = uPlot.paths.bars!({ size: [0.72, 36] });

const isStacked = ({ kind }: ChartProps, { isBefore }: Line): boolean => kind === 'stacked' && !isBefore;

/** A dashed line over bars stands out from them on a line of the ground's colour below it. */
const hasHalo = ({ kind }: ChartProps, { isBefore }: Line): boolean => kind !== 'lines' && isBefore === true;

/** All of the series but their numbers, as a text. */
export const formOf = (props: ChartProps): string =>
  JSON.stringify([
    props.kind,
    props.unit,
    props.lines.map((line) => ({ ...line, values: undefined, hasPoints: hasPoints(props, line) })),
  ]);

/** In the order in which they are drawn. */
function drawn(props: ChartProps): Line[] {
  const stack = props.lines.filter((line) => isStacked(props, line));
  return [...stack.reverse(), ...props.lines.filter((line) => !isStacked(props, line))];
}

export function dataOf(props: ChartProps): uPlot.AlignedData {
  const stack = props.lines.filter((line) => isStacked(props, line));
  const heightOf = (line: Line): (number | null)[] =>
    props.labels.map((_, at) => {
      if (!isStacked(props, line)) return line.values[at] ?? null;
      const below = stack.slice(0, stack.indexOf(line) + 1);
      return below.reduce((height, { values }) => height + (values[at] ?? 0), 0);
    });
  return [
    props.labels.map((_, at) => at),
    ...drawn(props).flatMap((line) => (hasHalo(props, line) ? [heightOf(line), heightOf(line)] : [heightOf(line)])),
  ] as uPlot.AlignedData;
}

export function seriesOf(props: ChartProps): uPlot.Series[] {
  return drawn(props).flatMap((line): uPlot.Series[] => {
    const stroke = colour(`--c${line.colour}`);
    const points = { show: hasPoints(props, line), size: 6, fill: stroke, stroke };
    const halo: uPlot.Series = { stroke: colour('--card'), width: 3.5, alpha: 0.7, points: { show: false } };
    if (hasHalo(props, line)) return [halo, { stroke: colour('--text'), width: 1.5, dash: [5, 4], points }];
    if (line.isBefore) return [{ stroke, width: 1.5, dash: [5, 4], alpha: 0.75, points }];
    if (props.kind === 'lines')
      return [{ stroke, width: line.isQuiet ? 1.5 : 2, alpha: line.isQuiet ? 0.6 : 1, points }];
    return [{ stroke: colour('--card'), width: 0.5, fill: stroke, paths: bars, points: { show: false } }];
  });
}

/** A value between two unknown ones needs a point: a line does not show it. */
const hasPoints = ({ labels }: ChartProps, { values }: Line): boolean =>
  labels.length < 2 ||
  values.some((value, at) => value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null);
