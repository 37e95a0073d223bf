// The requests of a report's page, and their answers.

import type { Question } from '../data/api';
import type { Range } from '../time/period';
import type { All, Figure, Report } from './report';
import { question } from './request';
import type { Extra, ReportScope } from './request';
import { numberIn } from './rows';
import type { Cell, Row } from './rows';

/** `rows` and `all` are by bucket, the others make the figures of the whole period. */
export interface Answer {
  readonly rows: readonly Row[];
  readonly whole: readonly Row[];
  readonly all: readonly Row[]; // without the split
  readonly wholeAll: readonly Row[];
}

interface Part {
  readonly place: keyof Answer;
  readonly report: string;
  readonly extra: Extra;
}

/**
 * The means of days are rounded, so the mean of the whole period is not made of them: the server is
 * asked for it, by year.
 */
const hasRoundedMeans = (report: Report): boolean =>
  report.hasBuckets && report.figures.some(({ total }) => total === 'mean');

function partsOf({ report, distribution, dimension, isGrouped, all, figures }: ReportScope, page: number): Part[] {
  const groupBy = isGrouped ? dimension : null;
  const byBucket: Extra = report.hasBuckets ? { distribution } : {};
  const byYear: Extra = { distribution: 'year' };
  const needsWhole = hasRoundedMeans(report);
  const paged = report.special === 'departures' ? { page } : {};
  const parts: Part[] = [{ place: 'rows', report: report.id, extra: { ...byBucket, groupBy, ...paged } }];
  if (report.special === 'departures') parts.push({ place: 'whole', report: report.id, extra: { only: 'pages' } });
  if (needsWhole) parts.push({ place: 'whole', report: report.id, extra: { ...byYear, groupBy } });
  const withTotal = figures.find(({ hasTotal }) => hasTotal);
  if (withTotal)
    parts.push({ place: 'whole', report: report.id, extra: { ...byBucket, only: { total: withTotal.key } } });
  for (const { report: id, inSummary } of all?.from ?? []) {
    if (inSummary) {
      parts.push({ place: 'wholeAll', report: id, extra: { only: 'summary' } });
      continue;
    }
    if (report.hasBuckets) parts.push({ place: 'all', report: id, extra: byBucket });
    if (needsWhole || !report.hasBuckets) parts.push({ place: 'wholeAll', report: id, extra: byYear });
  }
  return parts;
}

export function reportQuestions(scope: ReportScope, page: number): Question[] {
  const ask = (range: Range): Question[] =>
    partsOf(scope, page).map(({ report, extra }) => question(report, scope, range, extra));
  const hasComparison = scope.rangeBefore && scope.report.special !== 'departures';
  return [...ask(scope.range), ...(hasComparison ? ask(scope.rangeBefore!) : [])];
}

/** The answers to reportQuestions. */
export function reportAnswers(
  scope: ReportScope,
  answers: readonly (readonly Row[])[],
): { now: Answer; before: Answer | null } {
  const parts = partsOf(scope, 1);
  const answerOf = (rows: readonly (readonly Row[])[]): Answer => {
    const at = (place: keyof Answer, report: string): readonly Row[] | undefined =>
      rows[parts.findIndex((part) => part.place === place && part.report === report)];
    const own = at('rows', scope.report.id) ?? [];
    const whole = at('whole', scope.report.id) ?? own;
    return {
      rows: own,
      whole,
      all: scope.report.hasBuckets ? allRows(scope.all, scope.figures, own, (id) => at('all', id) ?? []) : [],
      wholeAll: allRows(scope.all, scope.figures, whole, (id) => at('wholeAll', id) ?? at('all', id) ?? []),
    };
  };
  const isCompared = answers.length > parts.length;
  return { now: answerOf(answers), before: isCompared ? answerOf(answers.slice(parts.length)) : null };
}

/** The rows without a split: of other reports, and the report's own for the figures that are in no other. */
export function allRows(
  all: All | null,
  figures: readonly Figure[],
  own: readonly Row[],
  of: (report: string) => readonly Row[],
): readonly Row[] {
  if (!all) return [];
  const taken = new Set(all.from.flatMap(({ keys }) => Object.keys(keys)));
  const left = figures.filter(({ key, total }) => total !== 'share' && !taken.has(key)).map(({ key }) => key);
  const rest = taken.size === 0 ? own : left.length === 0 ? [] : own.map((row) => picked(row, ['bucket', ...left]));
  const others = all.from.flatMap(({ report, keys }) =>
    of(report).map((row) => ({
      ...picked(row, ['bucket']),
      ...Object.fromEntries(Object.entries(keys).map(([key, theirs]) => [key, added(row, theirs)])),
    })),
  );
  return [...others, ...rest];
}

const picked = (row: Row, keys: readonly string[]): Row =>
  Object.fromEntries(keys.filter((key) => row[key] !== undefined).map((key) => [key, row[key] ?? null]));

function added(row: Row, keys: readonly string[]): Cell {
  const values = keys.map((key) => numberIn(row, key)).filter((value) => value !== null);
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : null;
}
