// From the view to the requests that answer it.

import type { Question } from '../data/api';
import type { About } from '../data/session';
import { filtersForApi } from '../state/filters';
import type { View } from '../state/address';
import { datesBefore, datesOf, fittingDistribution, rangeBefore, rangeOf } from '../time/period';
import type { Dates, Distribution, Range } from '../time/period';
import { browserZone, dateAt, isZone } from '../time/zone';
import { figuresOf, groupings } from './catalogue';
import type { Dimension, Figure, Report } from './catalogue';

/** The part of a request that all reports of a page share. */
export interface Scope {
  readonly zone: string;
  readonly dates: Dates;
  readonly before: Dates | null;
  readonly range: Range;
  readonly rangeBefore: Range | null;
  readonly filters: Record<string, unknown>;
}

export function zoneOf(view: View, about: About): string {
  if (view.zone) return view.zone;
  return about.timezone && isZone(about.timezone) ? about.timezone : browserZone();
}

export function scopeOf(view: View, about: About, now: number): Scope {
  const zone = zoneOf(view, about);
  const dates = datesOf(view.period, dateAt(now, zone));
  const before = datesBefore(view.period, dates, view.comparison);
  return {
    zone,
    dates,
    before,
    range: rangeOf(dates, zone),
    rangeBefore: before && rangeBefore(dates, before, zone, now),
    filters: filtersForApi(view.filters, zone),
  };
}

export interface Extra {
  readonly groupBy?: Dimension | null;
  readonly distribution?: Distribution;
  readonly page?: number;
}

export function question(id: string, scope: Scope, range: Range, extra: Extra = {}): Question {
  const { groupBy, distribution, page } = extra;
  return {
    path: `${groupBy ? 'v1' : 'v3.7'}/reports/${id}`,
    body: {
      ...(distribution ? { distribution } : {}),
      ...(groupBy ? { group_by: groupBy } : {}),
      ...(page && page > 1 ? { page } : {}),
      timezone: scope.zone,
      filters: { ...scope.filters, from: range.from, to: range.to },
    },
  };
}

/** What a page of one report is about. */
export interface ReportScope extends Scope {
  readonly report: Report;
  readonly distribution: Distribution;
  readonly dimension: Dimension | null;
  readonly isGrouped: boolean;
  readonly figures: readonly Figure[];
  readonly figure: Figure; // the one that is drawn and sorted by
}

export function reportScopeOf(view: View, report: Report, about: About, now: number): ReportScope {
  const scope = scopeOf(view, about, now);
  const isKnown = view.distribution !== null && report.distributions.includes(view.distribution);
  const distribution = isKnown ? view.distribution! : fittingDistribution(scope.dates, report.distributions);
  const groupBy = report.canGroup ? groupings.find((known) => known === view.groupBy) : undefined;
  const figures = figuresOf(report, distribution);
  return {
    ...scope,
    report,
    distribution,
    dimension: groupBy ?? report.dimension ?? null,
    isGrouped: groupBy !== undefined,
    figures,
    figure: figures.find(({ key }) => key === view.figure) ?? figures[0]!,
  };
}

export function reportQuestions(scope: ReportScope, page: number): Question[] {
  const extra: Extra = {
    groupBy: scope.isGrouped ? scope.dimension : null,
    ...(scope.report.hasBuckets ? { distribution: scope.distribution } : {}),
    ...(scope.report.special === 'departures' ? { page } : {}),
  };
  const ranges = scope.rangeBefore && scope.report.special !== 'departures' ? [scope.range, scope.rangeBefore] : [scope.range];
  return ranges.map((range) => question(scope.report.id, scope, range, extra));
}
