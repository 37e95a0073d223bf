import assert from 'node:assert/strict';
import test from 'node:test';
import { addDays, addMonths, daysBetween, isDate, weekdayOf } from './dates';
import { datesBefore, datesOf, fittingDistribution, isToCome, rangeBefore, rangeOf, withoutSkipped } from './period';
import { dateAt, startOfDay, startOfDayText, zoneNamed, zonesLike } from './zone';

test('dates move over the ends of months and years', () => {
  assert.equal(addDays('2026-02-28', 1), '2026-03-01');
  assert.equal(addDays('2026-01-01', -1), '2025-12-31');
  assert.equal(addMonths('2026-03-31', -1), '2026-02-28');
  assert.equal(addMonths('2024-02-29', -12), '2023-02-28');
  assert.equal(addMonths('2026-01-15', -1), '2025-12-15');
  assert.equal(daysBetween('2026-03-01', '2026-03-31'), 31);
  assert.equal(weekdayOf('2026-11-23'), 0);
});

test('only dates of the calendar are dates', () => {
  assert.ok(isDate('2024-02-29'));
  for (const text of [
    '2023-02-29',
    '2026-13-01',
    '2026-1-1',
    '',
    'today',
    '2026-01-01T00:00',
    '0999-01-01',

    '9999-12-31',
  ])
    assert.ok(!isDate(text), text);
});

test('a day begins at local midnight', () => {
  assert.equal(startOfDayText('2026-10-25', 'Europe/Warsaw'), '2026-10-24T22:00:00.000Z');
  assert.equal(startOfDayText('2026-10-26', 'Europe/Warsaw'), '2026-10-25T23:00:00.000Z');
  assert.equal(startOfDayText('2026-10-01', 'Asia/Kathmandu'), '2026-09-30T18:15:00.000Z');
});

test('a day whose midnight is skipped begins an hour later, a repeated midnight is the first', () => {
  // Clocks go from 24:00 to 01:00 in Santiago, and from 01:00 back to 00:00 in Havana.
  assert.equal(startOfDayText('2024-09-08', 'America/Santiago'), '2024-09-08T04:00:00.000Z');
  assert.equal(startOfDayText('2024-11-03', 'America/Havana'), '2024-11-03T04:00:00.000Z');
});

test('every day of a year begins on that day, a microsecond after the one before', () => {
  for (const zone of [
    'America/Santiago',
    'America/Havana',
    'Africa/Cairo',
    'Asia/Beirut',
    'Australia/Lord_Howe',
    'UTC',
  ]) {
    for (let date = '2024-01-01'; date < '2025-01-01'; date = addDays(date, 1)) {
      const start = startOfDay(date, zone);
      assert.equal(dateAt(start, zone), date, zone);
      assert.equal(dateAt(start - 1, zone), addDays(date, -1), zone);
    }
  }
});

test('a range ends with the last microsecond of its last day', () => {
  assert.deepEqual(rangeOf({ from: '2026-10-01', to: '2026-10-31' }, 'Europe/Warsaw'), {
    from: '2026-09-30T22:00:00.000Z',
    to: '2026-10-31T22:59:59.999999Z',
  });
});

test('presets follow the calendar', () => {
  const today = '2026-03-15';
  assert.deepEqual(datesOf({ preset: 'today' }, today), { from: today, to: today });
  assert.deepEqual(datesOf({ preset: 'yesterday' }, today), { from: '2026-03-14', to: '2026-03-14' });
  assert.deepEqual(datesOf({ preset: 'last_7_days' }, today), { from: '2026-03-09', to: today });
  assert.deepEqual(datesOf({ preset: 'last_month' }, today), { from: '2026-02-01', to: '2026-02-28' });
  assert.deepEqual(datesOf({ preset: 'this_month' }, today), { from: '2026-03-01', to: today });
  assert.deepEqual(datesOf({ preset: 'this_year' }, today), { from: '2026-01-01', to: today });
});

test('a week begins on Monday, and is compared with the one before', () => {
  const of = (preset: 'this_week' | 'last_week', today: string) => datesOf({ preset }, today);
  for (const [today, monday] of [
    ['2026-11-23', '2026-11-23'],
    ['2026-11-27', '2026-11-23'],
    ['2026-11-29', '2026-11-23'],
    ['2026-11-30', '2026-11-30'],
    ['2026-01-01', '2025-12-29'],
  ] as const) {
    assert.deepEqual(of('this_week', today), { from: monday, to: today });
    assert.deepEqual(of('last_week', today), { from: addDays(monday, -7), to: addDays(monday, -1) });
    assert.deepEqual(datesBefore({ preset: 'this_week' }, of('this_week', today), 'before'), {
      from: addDays(monday, -7),
      to: addDays(today, -7),
    });
  }
});

test('a period is compared with as many days before it, a month with a month', () => {
  const today = '2026-03-31';
  const before = (period: Parameters<typeof datesOf>[0], comparison: Parameters<typeof datesBefore>[2] = 'before') =>
    datesBefore(period, datesOf(period, today), comparison);
  assert.deepEqual(before({ preset: 'last_7_days' }), { from: '2026-03-18', to: '2026-03-24' });
  assert.deepEqual(before({ preset: 'this_month' }), { from: '2026-02-01', to: '2026-02-28' });
  assert.deepEqual(before({ preset: 'last_month' }), { from: '2026-01-01', to: '2026-01-31' });
  assert.deepEqual(before({ preset: 'this_year' }), { from: '2025-01-01', to: '2025-03-31' });
  assert.deepEqual(before({ from: '2026-03-10', to: '2026-03-11' }), { from: '2026-03-08', to: '2026-03-09' });
  assert.deepEqual(before({ from: '2024-02-29', to: '2024-02-29' }, 'year'), { from: '2023-02-28', to: '2023-02-28' });
  assert.deepEqual(before({ preset: 'last_30_days' }, 'weekdays'), { from: '2026-01-26', to: '2026-02-24' });
  assert.equal(before({ preset: 'today' }, 'none'), null);
});

test('a period that goes on is compared with a day cut at the same time', () => {
  const now = Date.parse('2026-11-27T09:30:45Z'); // 10:30 in Warsaw
  const today = { from: '2026-11-27', to: '2026-11-27' };
  const yesterday = { from: '2026-11-26', to: '2026-11-26' };
  assert.deepEqual(rangeBefore(today, yesterday, 'Europe/Warsaw', now), {
    from: '2026-11-25T23:00:00.000Z',
    to: '2026-11-26T09:30:00.000Z',
  });
  const over = { from: '2026-11-20', to: '2026-11-20' };
  assert.deepEqual(rangeBefore(yesterday, over, 'Europe/Warsaw', now), rangeOf(over, 'Europe/Warsaw'));
});

test('hours that have not begun are to come', () => {
  const now = Date.parse('2026-11-27T09:30:45Z'); // 10:30 in Warsaw
  const of = (bucket: string, from = '2026-11-27') =>
    isToCome(bucket, { from, to: '2026-11-27' }, 'Europe/Warsaw', now);
  assert.deepEqual(
    ['09:00', '10:00', '11:00', '23:00'].map((hour) => of(hour)),
    [false, false, true, true],
  );
  assert.ok(!of('11:00', '2026-11-26'), 'yesterday had that hour');
  assert.ok(!of('2026-11-27T10:00:00+01:00'));
  assert.ok(of('2026-11-27T11:00:00+01:00', '2026-11-26'));
  for (const bucket of ['2026-11-27', '2026-11', '2026']) assert.ok(!of(bucket), bucket);
});

test('the distribution fits the period and the report', () => {
  const all = ['day-hours', 'day', 'month', 'year', 'hour'] as const;
  assert.equal(fittingDistribution({ from: '2026-01-01', to: '2026-01-02' }, all), 'day-hours');
  assert.equal(fittingDistribution({ from: '2026-01-01', to: '2026-03-31' }, all), 'day');
  assert.equal(fittingDistribution({ from: '2025-01-01', to: '2026-03-31' }, all), 'month');
  assert.equal(fittingDistribution({ from: '2019-01-01', to: '2026-03-31' }, all), 'year');
  assert.equal(fittingDistribution({ from: '2026-01-01', to: '2026-01-01' }, ['day', 'hour']), 'hour');
  assert.equal(fittingDistribution({ from: '2019-01-01', to: '2026-03-31' }, ['day', 'hour']), 'day');
});

test('a day that a zone skips is no day of a period', () => {
  const zone = 'Pacific/Apia'; // it had no 30 December 2011
  const day = (date: string) => ({ from: date, to: date });
  assert.deepEqual(withoutSkipped(day('2011-12-30'), zone), day('2011-12-31'));
  assert.deepEqual(withoutSkipped(day('2011-12-29'), zone), day('2011-12-29'));
  assert.deepEqual(withoutSkipped({ from: '2011-12-30', to: '2011-12-31' }, zone), day('2011-12-31'));
  assert.deepEqual(withoutSkipped({ from: '2011-12-29', to: '2011-12-30' }, zone), day('2011-12-29'));
  const { from, to } = rangeOf(withoutSkipped(day('2011-12-30'), zone), zone);
  assert.ok(from < to);
});

test('zones that contain a text, those that begin with it first', () => {
  const zones = ['UTC', 'Africa/Casablanca', 'America/New_York', 'Europe/Berlin', 'Asia/Blanc', 'Europe/Paris'];
  assert.deepEqual(zonesLike('Berlin', zones), ['Europe/Berlin']);
  assert.deepEqual(zonesLike('new  york', zones), ['America/New_York']);
  assert.deepEqual(zonesLike('BLANC', zones), ['Asia/Blanc', 'Africa/Casablanca']);
  assert.deepEqual(zonesLike('Europe/', zones), ['Europe/Berlin', 'Europe/Paris']);
  for (const text of ['', '  ', 'Olympus']) assert.deepEqual(zonesLike(text, zones), []);
  assert.ok(zonesLike('a').length <= 6);
});

test('unknown zones are not zones', () => {
  assert.equal(zoneNamed('Europe/Warsaw'), 'Europe/Warsaw');
  assert.equal(zoneNamed('america/new_york'), 'America/New_York');
  assert.equal(zoneNamed('Asia/Kathmandu'), 'Asia/Kathmandu');
  assert.equal(zoneNamed('ASIA/KATHMANDU'), 'Asia/Katmandu');
  assert.equal(zoneNamed('america/port_of_spain'), 'America/Port_of_Spain');
  assert.equal(zoneNamed('antarctica/dumontdurville'), 'Antarctica/DumontDUrville');
  assert.equal(zoneNamed('utc'), 'UTC');
  assert.equal(zoneNamed('US/Pacific'), 'America/Los_Angeles');
  assert.equal(zoneNamed('gmt'), 'UTC');
  assert.equal(zoneNamed('etc/gmt-8'), 'Etc/GMT-8');
  assert.equal(zoneNamed('Poland'), 'Europe/Warsaw');
  for (const text of ['Mars/Olympus', '<b>', '', '+02:00', 'AST', 'pst', 'Factory', 'SystemV/EST5'])
    assert.equal(zoneNamed(text), null, text);
});
