// Says which months or years of the two periods cannot be compared.

import { formatCount } from '../format/numbers';
import { formatBucket } from '../format/times';
import { unlikePairs } from '../reports/pairs';
import type { Periods } from '../reports/pairs';
import { bucketsIn } from '../reports/rows';
import type { Row } from '../reports/rows';

interface Props {
  readonly rows: readonly Row[];
  readonly before: readonly Row[];
  readonly scope: Periods;
}

export function UnlikePairs({ rows, before, scope }: Props) {
  const { distribution } = scope;
  const pairs = unlikePairs(bucketsIn(rows), bucketsIn(before), scope);
  if (pairs.length === 0) return null;
  const words = ({ bucket, days }: (typeof pairs)[number]['now']) =>
    `${formatBucket(bucket, distribution, 'long')} (${formatCount(days)} ${days === 1 ? 'day' : 'days'})`;
  const listed = pairs.map(({ now, before: then }) => `${words(now)} with ${words(then)}`).join(', and ');
  return (
    <p class="hint">
      The page compares {distribution === 'month' ? 'months' : 'years'} that are not whole: {listed}.
    </p>
  );
}
