import assert from 'node:assert/strict';
import test from 'node:test';
import type { About } from '../data/session';
import { defaultView } from '../state/address';
import type { View } from '../state/address';
import { scopeOf } from './request';

const about: About = {
  license: 1,
  version: '1',
  timezone: 'Europe/Warsaw',
  first_chat: '2026-10-14T22:30:00.000000Z', // 15 October in Warsaw
  last_chat: '2026-11-27T09:00:00.000000Z',
  last_change: 1,
};
const now = Date.parse('2026-11-27T10:30:00+01:00');
const scope = (change: Partial<View>) => scopeOf({ ...defaultView, ...change }, about, now);

test('nothing is compared with a time before the first chat', () => {
  const known = scope({ period: { from: '2026-10-20', to: '2026-10-24' } });
  assert.deepEqual(known.before, { from: '2026-10-15', to: '2026-10-19' });
  assert.ok(known.rangeBefore);
  const unknown = scope({ period: { from: '2026-10-19', to: '2026-10-23' } });
  assert.deepEqual(unknown.before, { from: '2026-10-14', to: '2026-10-18' });
  assert.equal(unknown.rangeBefore, null);
  assert.equal(scope({ comparison: 'year' }).rangeBefore, null);
  assert.ok(scope({ period: { preset: 'last_7_days' } }).rangeBefore);
});

test('a scope knows whether the period before is cut at the present time of day', () => {
  assert.ok(scope({ period: { preset: 'today' } }).isCut);
  assert.ok(!scope({ period: { preset: 'yesterday' } }).isCut);
  assert.ok(!scope({ period: { preset: 'today' }, comparison: 'none' }).isCut);
});

test('a period whose end has not come is compared as if it ended now', () => {
  const { dates, before, range, rangeBefore, isCut } = scope({ period: { from: '2026-11-25', to: '2026-12-31' } });
  assert.deepEqual(dates, { from: '2026-11-25', to: '2026-11-27' });
  assert.equal(range.to, '2026-11-27T22:59:59.999999Z');
  assert.deepEqual(before, { from: '2026-11-22', to: '2026-11-24' });
  assert.deepEqual(rangeBefore, { from: '2026-11-21T23:00:00.000Z', to: '2026-11-24T09:30:00.000Z' });
  assert.ok(isCut);
});

test('a period that has not begun is compared with nothing', () => {
  const { dates, before, rangeBefore } = scope({ period: { from: '2026-12-01', to: '2026-12-31' } });
  assert.deepEqual(dates, { from: '2026-12-01', to: '2026-12-31' });
  assert.deepEqual([before, rangeBefore], [null, null]);
});
