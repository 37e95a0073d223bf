import assert from 'node:assert/strict';
import test from 'node:test';
import type { Answer } from '../reports/answers';
import { reportOf } from '../reports/catalogue';
import type { Row } from '../reports/rows';
import { defaultView } from '../state/address';
import { figureLines, valueLines } from './lines';

const lineOf = ({ label, values, colour }: ReturnType<typeof figureLines>[number]) => [label, values, colour];
const periods = {
  dates: { from: '2026-01-01', to: '2026-12-31' },
  before: { from: '2025-01-01', to: '2025-12-31' },
  distribution: 'year',
  isToCome: () => false,
} as const;
const view = { ...defaultView, comparison: 'year' } as const;

test('a single figure has a grey line of the period before, and a stack one of its sum', () => {
  const [total, ratings] = [reportOf('chats/total_chats')!, reportOf('chats/ratings')!];
  const rows = [{ bucket: '2026', total: 3, continuous: 1, good: 2, bad: 1, chats: 9 }];
  const before = [{ bucket: '2025', total: 5, continuous: 0, good: 1, bad: 3, chats: 4 }];
  const of = (report: typeof total) => figureLines(report, report.figures, rows, before, periods, view).map(lineOf);
  assert.deepEqual(of(total), [
    ['Chats', [3], 1],
    ['Chats, a year before', [5], 0],
  ]);
  assert.deepEqual(of(ratings), [
    ['Rated good', [2], 1],
    ['Rated bad', [1], 2],
    ['All, a year before', [4], 0],
  ]);
});

test('the largest values have lines beside a quiet one for all, and colours that do not depend on the figure', () => {
  const answer = (rows: Row[], all: Row[]): Answer => ({ rows, whole: rows, all, wholeAll: all });
  const now = answer(
    [
      { bucket: '2026', tag: 'a', count: 2 },
      { bucket: '2026', tag: 'b', count: 4 },
    ],
    [{ bucket: '2026', count: 5 }],
  );
  const before = answer([{ bucket: '2025', tag: 'b', count: 1 }], [{ bucket: '2025', count: 9 }]);
  const { figures, all } = reportOf('chats/tags')!;
  const of = (isStacked: boolean) =>
    valueLines(
      { figure: figures[0]!, dimension: 'tag', all: all!, isStacked, labelOf: String },
      now,
      before,
      periods,
      view,
    );
  assert.deepEqual(of(false).map(lineOf), [
    ['All chats', [5], 0],
    ['b', [4], 2],
    ['a', [2], 1],
    ['b, a year before', [1], 2],
    ['a, a year before', [0], 1],
  ]);
  assert.deepEqual(
    of(false).map(({ isQuiet = false }) => isQuiet),
    [true, false, false, false, false],
  );
  assert.deepEqual(of(true).map(lineOf).at(-1), ['All, a year before', [9], 0]);
});

test('hours to come have no values, of the period before neither', () => {
  const rows = [
    { bucket: '10:00', good: 1, bad: 0 },
    { bucket: '11:00', good: 0, bad: 0 },
  ];
  const lines = figureLines(
    reportOf('chats/ratings')!,
    reportOf('chats/ratings')!.figures,
    rows,
    rows,
    { ...periods, distribution: 'hour', isToCome: (hour: string) => hour > '10:00' },
    view,
  );
  assert.deepEqual(
    lines.map(({ values }) => values),
    [
      [1, null],
      [0, null],
      [1, null],
    ],
  );
});
