import assert from 'node:assert/strict';
import test from 'node:test';
import {
  formatAxis,
  formatChange,
  formatDuration,
  formatExact,
  formatPoints,
  formatShare,
  formatValue,
} from './numbers';
import { formatAge, formatBucket, formatDates } from './times';

test('durations have two units at most', () => {
  const cases: [number, string][] = [
    [0, '0 s'],
    [9.34, '9.3 s'],
    [59.6, '1 m'],
    [83, '1 m 23 s'],
    [3599.7, '1 h'],
    [7530, '2 h 6 m'],
    [86_399, '1 d'],
    [273_600, '3 d 4 h'],
  ];
  for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
});

test('working times of agents are in hours', () => {
  assert.equal(formatValue(273_600, 'working seconds'), '76 h');
  assert.equal(formatValue(4530, 'working seconds'), '1.26 h');
  assert.equal(formatExact(4530, 'working seconds'), '4,530 s');
});

test('values without a value are a dash', () => {
  assert.equal(formatValue(null, 'chats'), '–');
  assert.equal(formatExact(null, 'seconds'), undefined);
  assert.equal(formatValue(1234567, 'chats').replace(/\D/g, ''), '1234567');
  assert.equal(formatExact(20.02, 'seconds'), '20.02 s');
});

test('changes have a sign', () => {
  assert.equal(formatChange(0.123), '+12%');
  assert.equal(formatChange(-0.045), '−4.5%');
  assert.equal(formatChange(0), '±0%');
  assert.equal(formatChange(-0.0001), '±0%');
  assert.equal(formatChange(9.4), '+940%');
  assert.equal(formatChange(11), '12×', 'from 1 to 12 chats');
  assert.equal(formatChange(98), '99×');
  assert.equal(formatChange(98.6), '>99×');
  assert.equal(formatChange(3619), '>99×');
  assert.equal(formatChange(null), '–');
  assert.equal(formatPoints(0.0121), '+1.2 points');
  assert.equal(formatPoints(-0.0002), '±0 points');
  assert.equal(formatShare(0.5), '50%');
});

test('buckets of every distribution', () => {
  assert.equal(formatBucket('13:00', 'hour', 'long'), '13:00');
  assert.ok(formatBucket('2026-10-01', 'day', 'short').includes('Oct'));
  assert.ok(formatBucket('2026-10-01T13:00:00+02:00', 'day-hours', 'long').endsWith('13:00'));
  assert.equal(formatBucket('2026-10-01T13:00:00+02:00', 'day-hours', 'short'), '13:00');
  assert.ok(formatBucket('2026-10-01T00:00:00+02:00', 'day-hours', 'short').includes('Oct'));
  assert.ok(formatBucket('2026-10', 'month', 'long').includes('October'));
  assert.equal(formatBucket('2026', 'year', 'short'), '2026');
  assert.ok(!formatDates({ from: '2026-10-01', to: '2026-10-01' }).includes('–'));
});

test('ages are in the largest unit', () => {
  assert.equal(formatAge(0, 30_000), 'just now');
  assert.equal(formatAge(0, 180_000), '3 minutes ago');
  assert.equal(formatAge(5, 0), 'just now');
});

test('shares are percents, exact ones beside them', () => {
  assert.equal(formatValue(0.8754, 'share'), '87.5%');
  assert.equal(formatExact(0.875, 'share'), '87.5%');
  assert.equal(formatAxis(0.5, 'share'), '50%');
});
