import assert from 'node:assert/strict';
import test from 'node:test';
import { reportOf } from './catalogue';
import type { Figure } from './report';
import { bucketsIn, byValue, changeIn, changeOf, combine, largestFirst, perBucket } from './rows';
import type { Row } from './rows';

const figure = (id: string, key: string): Figure => reportOf(id)!.figures.find((one) => one.key === key)!;

test('counts are added, means are weighted, and a mean of nothing is not known', () => {
  const rows: Row[] = [
    { bucket: '2026-10-01', count: 1, response_time: 10 },
    { bucket: '2026-10-02', count: 0, response_time: null },
    { bucket: '2026-10-03', count: 3, response_time: 30.5 },
  ];
  assert.equal(combine(rows, figure('chats/response_time', 'count')), 4);
  assert.equal(combine(rows, figure('chats/response_time', 'response_time')), 25.4);
  assert.equal(combine([{ count: 3, response_time: 175.07 }], figure('chats/response_time', 'response_time')), 175.07);
  assert.equal(combine(rows.slice(1, 2), figure('chats/response_time', 'response_time')), null);
  assert.equal(combine([], figure('chats/response_time', 'count')), null);
  const performance: Row = { agent: 'a', first_response_time: 0, first_response_chats_count: 0 };
  assert.equal(combine([performance], figure('agents/performance', 'first_response_time')), null);
});

test('a mean of several means has only the digits that are known, of one all that the server wrote', () => {
  const mean = figure('chats/duration', 'duration');
  const years: Row[] = [
    { bucket: '2024', count: 0, duration: null },
    { bucket: '2025', count: 1, duration: 100.01 },
  ];
  assert.equal(combine(years, mean), 100.01);
  assert.equal(combine([...years, { bucket: '2026', count: 2, duration: 100.04 }], mean), 100);
});

test('a sum of parts with two decimals has two decimals', () => {
  assert.equal(combine([{ hours: 0.1 }, { hours: 0.2 }], figure('agents/availability', 'hours')), 0.3);
});

test('the longest and the shortest of several waits', () => {
  const rows: Row[] = [
    { min: 4, max: 9 },
    { min: 1, max: 7 },
    { min: null, max: null },
  ];
  assert.equal(combine(rows, figure('chats/queued_visitors', 'min')), 1);
  assert.equal(combine(rows, figure('chats/queued_visitors', 'max')), 9);
});

test('scores of several agents make no score', () => {
  assert.equal(combine([{ score: 0.5 }, { score: 0.7 }], figure('chats/ranking', 'score')), null);
});

test('the share of good ratings is one of the rated chats', () => {
  const share = figure('chats/ratings', 'good_share');
  const rows: Row[] = [
    { bucket: '2026-10-01', good: 3, bad: 1, chats: 9 },
    { bucket: '2026-10-02', good: 0, bad: 0, chats: 5 },
    { bucket: '2026-10-03', good: 0, bad: 4, chats: 4 },
  ];
  assert.equal(combine(rows, share), 0.375);
  assert.deepEqual(perBucket(rows, bucketsIn(rows), share), [0.75, null, 0]);
  assert.equal(combine([], share), null);
  const values = byValue(
    rows.map((row, at) => ({ ...row, agent: `a${at}` })),
    'agent',
  );
  assert.deepEqual(largestFirst(values, share), ['a0', 'a2', 'a1']);
  assert.equal(changeIn(0.75, 0.5, share), 0.25);
  assert.equal(changeIn(0.75, null, share), null);
  assert.equal(changeIn(3, 2, figure('chats/ratings', 'good')), 0.5);
});

test('a change needs something to compare with', () => {
  assert.equal(changeOf(3, 2), 0.5);
  assert.equal(changeOf(3, 0), null);
  assert.equal(changeOf(null, 2), null);
  assert.equal(changeOf(0, 2), -1);
});

test('rows by a second dimension keep empty buckets', () => {
  const count = figure('chats/tags', 'count');
  const rows: Row[] = [
    { bucket: '2026-10-01', tag: 'a', count: 1 },
    { bucket: '2026-10-01', tag: 'b', count: 3 },
    { bucket: '2026-10-02', tag: null, count: null },
    { bucket: '2026-10-03', tag: 'a', count: 1 },
  ];
  const buckets = bucketsIn(rows);
  assert.deepEqual(buckets, ['2026-10-01', '2026-10-02', '2026-10-03']);
  const values = byValue(rows, 'tag');
  assert.deepEqual(largestFirst(values, count), ['b', 'a']);
  assert.deepEqual(perBucket(values.get('a')!, buckets, count), [1, 0, 1]);
  const isToCome = (bucket: string) => bucket > '2026-10-02';
  assert.deepEqual(perBucket(values.get('a')!, buckets, count, isToCome), [1, 0, null]);
});

test('names such as those of an object are only names', () => {
  const values = byValue(
    [
      { tag: '__proto__', count: 2 },
      { tag: 'constructor', count: 5 },
    ],
    'tag',
  );
  assert.deepEqual(largestFirst(values, figure('tags/chat_usage', 'count')), ['constructor', '__proto__']);
});
