// The change of a card's figure in words, and whether it is for the better.

import { formatChange, formatPoints, formatValue } from '../format/numbers';
import type { Card } from '../reports/cards';
import { changeOf } from '../reports/rows';

type Compared = Pick<Card, 'value' | 'before' | 'unit' | 'better'>;

/** Two values that read the same, and a change that reads as none, are neither better nor worse. */
export function changeOfCard({ value, before, unit, better }: Compared): {
  text: string;
  verdict: 'good' | 'bad' | null;
} {
  if (value === null || before === null) return { text: formatChange(null), verdict: null };
  const change = unit === 'share' ? value - before : changeOf(value, before);
  const text = unit === 'share' ? formatPoints(change) : formatChange(change);
  const isSeen = formatValue(value, unit) !== formatValue(before, unit) && !text.startsWith('±');
  if (change === null || !better || !isSeen) return { text, verdict: null };
  return { text, verdict: change > 0 === (better === 'more') ? 'good' : 'bad' };
}
