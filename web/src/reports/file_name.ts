// The name of a file with a report's figures.

import { isAnyFilterSet } from '../state/filters';
import type { View } from '../state/address';
import type { ReportScope } from './request';

type Named = Pick<ReportScope, 'report' | 'dates' | 'dimension' | 'isGrouped'>;

/** Different for different splits, and with or without filters. */
export const csvName = ({ report, dates, dimension, isGrouped }: Named, view: Pick<View, 'filters'>, part?: 'table') =>
  [
    report.id.replace('/', '-'),
    dates.from,
    dates.to,
    ...(isGrouped ? [`by_${dimension}`] : []),
    ...(isAnyFilterSet(view.filters) ? ['filtered'] : []),
    ...(part ? [part] : []),
  ].join('_') + '.csv';
