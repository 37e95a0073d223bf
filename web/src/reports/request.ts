// From the view to the requests that answer it.

import type { Only, Question } from '../data/api';
import type { About } from '../data/session';
import { filtersForApi } from '../state/filters';
import type { View } from '../state/address';
import {
  datesBefore,
  datesOf,
  datesUpTo,
  fittingDistribution,
  isToCome,
  rangeBefore,
  rangeOf,
  withoutSkipped,
} from '../time/period';
import type { Dates, Distribution, Range } from '../time/period';
import { browserZone, dateAt, zoneNamed } from '../time/zone';
import { allOf, figuresOf, groupings } from './report';
import type { All, Dimension, Figure, Report } from './report';
import type { IsToCome } from './rows';

/** The part of a request that all reports of a page share. */
export interface Scope {
  readonly zone: string;
  readonly dates: Dates;
  readonly before: Dates | null;
  readonly range: Range;
  readonly rangeBefore: Range | null; // null, too, where the period before begins before the first chat
  readonly isCut: boolean; // rangeBefore ends within a day, at the present time of day
  readonly isToCome: IsToCome;
  readonly filters: Record<string, unknown>;
}

/** The zone of the token's agent. The server's zones are more than a browser's may be. */
export const defaultZone = (about: About): string => zoneNamed(about.timezone ?? '') ?? browserZone();

export const zoneOf = (view: View, about: About): string => view.zone ?? defaultZone(about);

/** The date of the first chat; before it nothing was counted. */
const firstDate = (about: About, zone: string): string =>
  about.first_chat ? dateAt(Date.parse(about.first_chat), zone) : '';

export function scopeOf(view: View, about: About, now: number): Scope {
  const zone = zoneOf(view, about);
  const whole = datesOf(view.period, dateAt(now, zone));
  // Days to come have no figures: the period ends now, and so does the one to compare with.
  const begun = datesUpTo(whole, dateAt(now, zone));
  const dates = withoutSkipped(begun ?? whole, zone);
  const shifted = begun && datesBefore(view.period, begun, view.comparison);
  const before = shifted && withoutSkipped(shifted, zone);
  const compared = before && before.from >= firstDate(about, zone) ? rangeBefore(dates, before, zone, now) : null;
  return {
    zone,
    dates,
    before,
    range: rangeOf(dates, zone),
    rangeBefore: compared,
    isCut: compared !== null && compared.to !== rangeOf(before!, zone).to,
    isToCome: (bucket) => isToCome(bucket, dates, zone, now),
    filters: filtersForApi(view.filters, zone),
  };
}

export interface Extra {
  readonly groupBy?: Dimension | null;
  readonly distribution?: Distribution;
  readonly page?: number;
  readonly only?: Only;
}

export function question(id: string, scope: Scope, range: Range, extra: Extra = {}): Question {
  const { groupBy, distribution, page, only } = extra;
  return {
    path: `${groupBy ? 'v1' : 'v3.7'}/reports/${id}`,
    body: {
      ...(distribution ? { distribution } : {}),
      ...(groupBy ? { group_by: groupBy } : {}),
      ...(page && page > 1 ? { page } : {}),
      timezone: scope.zone,
      filters: { ...scope.filters, from: range.from, to: range.to },
    },
    ...(only ? { only } : {}),
  };
}

/** The part of a request that one report adds. */
export interface ReportScope extends Scope {
  readonly report: Report;
  readonly distribution: Distribution;
  readonly dimension: Dimension | null;
  readonly isGrouped: boolean;
  readonly all: All | null; // values of the dimension together
  readonly figures: readonly Figure[];
}

export function reportScopeOf(view: View, report: Report, about: About, now: number): ReportScope {
  const scope = scopeOf(view, about, now);
  const isKnown = view.distribution !== null && report.distributions.includes(view.distribution);
  const distribution = isKnown ? view.distribution! : fittingDistribution(scope.dates, report.distributions);
  const groupBy = report.canGroup ? groupings.find((known) => known === view.groupBy) : undefined;
  return {
    ...scope,
    report,
    distribution,
    dimension: groupBy ?? report.dimension ?? null,
    isGrouped: groupBy !== undefined,
    all: allOf(report, groupBy !== undefined),
    figures: figuresOf(report, distribution),
  };
}
