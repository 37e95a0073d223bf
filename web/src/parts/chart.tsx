// A chart on a canvas. Its table below it has the same figures for those who do not see it.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { formatExact, formatValue } from '../format/numbers';
import { useTheme } from '../shell/theme';
import { axesOf } from './chart_axes';
import type { ChartProps, Line } from './chart_props';
import { dataOf, formOf, seriesOf } from './chart_series';

const height = 280;
const widthOnPaper = 680; // then the style sheet fits it to the paper

export function Chart(given: ChartProps) {
  const [hidesQuiet, setHidesQuiet] = useState(false);
  const props = hidesQuiet ? { ...given, lines: given.lines.filter(({ isQuiet }) => !isQuiet) } : given;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const [at, setAt] = useState<number | null>(null);
  const theme = useTheme();
  latest.current = props;
  // A change of the form needs a new plot. A change of numbers does not.
  const form = formOf(props) + theme;
  const numbers = JSON.stringify([props.labels, props.lines.map(({ values }) => values)]);
  const shown = useRef('');

  useLayoutEffect(() => {
    const element = place.current!;
    const widthOf = () => (theme === 'paper' ? widthOnPaper : element.clientWidth);
    const made = new uPlot(optionsOf(latest, widthOf(), setAt), dataOf(props), element);
    plot.current = made;
    shown.current = numbers;
    const observer = new ResizeObserver(() => made.setSize({ width: widthOf(), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
      setAt(null);
    };
  }, [form]);
  useLayoutEffect(() => {
    if (shown.current === numbers) return;
    shown.current = numbers;
    plot.current!.setData(dataOf(props));
  }, [numbers]);

  return (
    <div class="chart">
      <Legend lines={given.lines} hidesQuiet={hidesQuiet} onQuiet={() => setHidesQuiet(!hidesQuiet)} />
      <div
        class="canvas"
        ref={place}
        role="img"
        aria-label={`Chart: ${props.title}. The table below it has the figures.`}
      />
      {at !== null && plot.current && <Tip {...props} at={at} plot={plot.current} />}
    </div>
  );
}

function Legend({
  lines,
  hidesQuiet,
  onQuiet,
}: {
  readonly lines: readonly Line[];
  readonly hidesQuiet: boolean;
  readonly onQuiet: () => void;
}) {
  if (lines.length < 2 && !lines[0]?.isQuiet) return null;
  const before = lines.filter(({ isBefore }) => isBefore);
  // One word explains all dashed lines, which have the colours of the others.
  const shown = before.length > 1 ? lines.filter(({ isBefore }) => !isBefore) : lines;
  return (
    <ul class="legend">
      {shown.map((line, at) =>
        line.isQuiet ? (
          // A line that is much higher than the others makes them flat.
          <li key={at}>
            <button type="button" aria-pressed={!hidesQuiet} title="Show or hide this line" onClick={onQuiet}>
              <Entry line={line} label={line.label} />
            </button>
          </li>
        ) : (
          <li key={at}>
            <Entry line={line} label={line.label} />
          </li>
        ),
      )}
      {before.length > 1 && (
        <li>
          <Entry line={{ ...before[0]!, colour: 0 }} label="Dashed: before" />
        </li>
      )}
    </ul>
  );
}

function Entry({ line, label }: { readonly line: Line; readonly label: string }) {
  return (
    <>
      <Swatch line={line} />
      <bdi class="name" title={label}>
        {label}
      </bdi>
    </>
  );
}

const Swatch = ({ line }: { readonly line: Line }) => (
  <span
    class={`swatch c${line.colour}${line.isBefore ? ' before' : ''}${line.isQuiet ? ' quiet' : ''}`}
    aria-hidden="true"
  />
);

function Tip({ at, plot, labels, lines, unit }: ChartProps & { readonly at: number; readonly plot: uPlot }) {
  const element = useRef<HTMLDivElement>(null);
  const label = labels[at];
  useLayoutEffect(() => {
    const tip = element.current;
    if (!tip) return;
    const x = plot.valToPos(at, 'x') + plot.over.offsetLeft;
    const isRight = x > plot.width / 2;
    tip.style.transform = `translate(${Math.round(isRight ? x - tip.offsetWidth - 14 : x + 14)}px, 0)`;
  });
  if (!label) return null;
  return (
    <div class="tip" ref={element} aria-hidden="true">
      <strong>{label.long}</strong>
      {lines.map((line) => (
        <div key={`${line.label} ${line.isBefore}`} class="tip-line">
          <Swatch line={line} />
          <bdi class="name">{line.label}</bdi>
          <span class="number" title={formatExact(line.values[at] ?? null, unit)}>
            {formatValue(line.values[at] ?? null, unit)}
          </span>
        </div>
      ))}
    </div>
  );
}

function optionsOf(
  latest: { readonly current: ChartProps },
  width: number,
  setAt: (at: number | null) => void,
): uPlot.Options {
  const props = latest.current;
  return {
    width,
    height,
    padding: [12, 12, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: props.onMark !== undefined, y: false, setScale: false },
      points: { show: props.kind === 'lines' },
    },
    scales: {
      x: { time: false, range: () => [-0.6, latest.current.labels.length - 0.4] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: axesOf(props.unit, () => latest.current.labels),
    series: [{}, ...seriesOf(props)],
    hooks: {
      setCursor: [(u) => setAt(u.cursor.idx ?? null)],
      setSelect: [
        (u) => {
          if (u.select.width < 8) return;
          const [first, last] = [u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')];
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          const end = props.labels.length - 1;
          latest.current.onMark?.(Math.max(0, Math.round(first)), Math.min(end, Math.round(last)));
        },
      ],
    },
  };
}
