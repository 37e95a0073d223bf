import assert from 'node:assert/strict';
import test from 'node:test';
import { reportOf } from './catalogue';
import { besideBuckets, pairsOf, unlikePairs } from './pairs';

const hoursOf = (date: string, hours: readonly string[]) => hours.map((hour) => `${date}T${hour}`);

test('hours are compared with the same local hours where the clocks change', () => {
  // In Warsaw, 02:00 is skipped on 29 March 2026, and comes twice on 25 October.
  const spring = hoursOf('2026-03-29', ['00:00:00+01:00', '01:00:00+01:00', '03:00:00+02:00', '04:00:00+02:00']);
  const plain = hoursOf(
    '2026-03-28',
    ['00', '01', '02', '03', '04'].map((hour) => `${hour}:00:00+01:00`),
  );
  const day = (date: string) => ({ from: date, to: date });
  const of = (from: string, to: string) => ({ dates: day(from), before: day(to), distribution: 'day-hours' }) as const;
  assert.deepEqual(pairsOf(spring, plain, of('2026-03-29', '2026-03-28')), [plain[0], plain[1], plain[3], plain[4]]);
  assert.deepEqual(pairsOf(plain, spring, of('2026-03-28', '2026-03-29')), [
    spring[0],
    spring[1],
    null,
    spring[2],
    spring[3],
  ]);
  const autumn = hoursOf('2026-10-25', ['01:00:00+02:00', '02:00:00+02:00', '02:00:00+01:00', '03:00:00+01:00']);
  const after = hoursOf(
    '2026-10-26',
    ['01', '02', '03'].map((hour) => `${hour}:00:00+01:00`),
  );
  assert.deepEqual(pairsOf(after, autumn, of('2026-10-26', '2026-10-25')), [autumn[0], autumn[1], autumn[3]]);
  assert.deepEqual(pairsOf(autumn, after, of('2026-10-25', '2026-10-26')), [after[0], after[1], after[1], after[2]]);
});

test('days are compared by their place in the period, or with the same date a year before', () => {
  const days = ['2024-02-28', '2024-02-29', '2024-03-01'];
  const dates = { from: '2024-02-28', to: '2024-03-01' };
  const year = { dates, before: { from: '2023-02-28', to: '2023-03-01' }, distribution: 'day' } as const;
  assert.deepEqual(pairsOf(days, ['2023-02-28', '2023-03-01'], year), ['2023-02-28', '2023-02-28', '2023-03-01']);
  const before = { ...year, before: { from: '2024-02-25', to: '2024-02-27' } };
  assert.deepEqual(pairsOf(days, ['2024-02-25', '2024-02-26'], before), ['2024-02-25', '2024-02-26', null]);
  const total = reportOf('chats/total_chats')!.figures[0]!;
  assert.deepEqual(besideBuckets([{ bucket: '2024-02-25', total: 4 }], ['2024-02-25', '2024-02-26', null], total), [
    4,
    0,
    null,
  ]);
});

test('months that a period cuts are not compared in silence', () => {
  const dates = { from: '2026-01-15', to: '2026-03-20' };
  const before = { from: '2025-11-11', to: '2026-01-14' };
  const of = (distribution: 'month' | 'day') =>
    unlikePairs(['2026-01', '2026-02', '2026-03'], ['2025-11', '2025-12', '2026-01'], { dates, before, distribution });
  assert.deepEqual(of('month'), [
    { now: { bucket: '2026-01', days: 17, isCut: true }, before: { bucket: '2025-11', days: 20, isCut: true } },
    { now: { bucket: '2026-03', days: 20, isCut: true }, before: { bucket: '2026-01', days: 14, isCut: true } },
  ]);
  assert.deepEqual(of('day'), []);
  const whole = {
    dates: { from: '2026-03-01', to: '2026-03-31' },
    before: { from: '2026-02-01', to: '2026-02-28' },
    distribution: 'month',
  } as const;
  assert.deepEqual(unlikePairs(['2026-03'], ['2026-02'], whole), []);
});
