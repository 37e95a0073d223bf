// The axes of a chart.

import type uPlot from 'uplot';
import { formatAxis } from '../format/numbers';
import type { Unit } from '../reports/report';
import type { ChartProps } from './chart_props';
import { colour } from './colours';

// An axis of buckets has ticks at each, or at whole days, weeks and so on.
const bucketSteps = [1, 2, 3, 5, 7, 14, 24, 28, 48, 72, 168, 336, 720, 2000, 9000];

// An axis of time has ticks at whole seconds, minutes and hours.
const timeSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000,
];

const wholeSteps = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].flatMap((size) => [size, 2 * size, 5 * size]);
const partSteps = [0.01, 0.1, 0.2, 0.5, ...wholeSteps];

/** There is no half a chat. */
function stepsOf(unit: Unit): number[] {
  if (unit === 'seconds') return timeSteps;
  return unit === 'hours' || unit === 'minutes' || unit === 'score' || unit === 'share' ? partSteps : wholeSteps;
}

/** `labels` returns those of the figures that are shown. */
export function axesOf(unit: Unit, labels: () => ChartProps['labels']): uPlot.Axis[] {
  const same: uPlot.Axis = { stroke: colour('--muted'), font: '12px system-ui, sans-serif', ticks: { show: false } };
  const short = (at: number): string => (Number.isInteger(at) ? (labels()[at]?.short ?? '') : '');
  return [
    {
      ...same,
      grid: { show: false },
      size: 28,
      space: 76,
      incrs: bucketSteps,
      values: (_, splits) => splits.map(short),
    },
    {
      ...same,
      grid: { stroke: colour('--line'), width: 1 },
      size: (_, values) => 18 + 7 * Math.max(2, ...(values ?? []).map((value) => value.length)),
      space: 44,
      incrs: stepsOf(unit),
      values: (_, splits) => splits.map((value) => formatAxis(value, unit)),
    },
  ];
}
