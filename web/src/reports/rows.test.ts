import assert from 'node:assert/strict';
import test from 'node:test';
import { reportOf, reports } from './catalogue';
import { figuresOf, ignoredIn } from './report';
import type { Figure } from './report';
import { formsOf } from './forms';
import { cardsOf } from './cards';
import { weekOf } from './overview';
import type { Sources } from './overview';
import { bucketsIn, byValue, changeIn, changeOf, combine, largestFirst, perBucket } from './rows';
import type { Row } from './rows';

const figure = (id: string, key: string): Figure => reportOf(id)!.figures.find((one) => one.key === key)!;

test('there are sixteen reports, each with its own name, and each drawn figure exists', () => {
  assert.equal(new Set(reports.map(({ id }) => id)).size, 16);
  assert.equal(new Set(reports.map(({ title }) => title)).size, 16);
  for (const report of reports) {
    for (const key of report.drawn ?? [])
      assert.ok(
        report.figures.some((one) => one.key === key),
        `${report.id} ${key}`,
      );
    for (const one of report.figures) {
      assert.ok(
        one.total !== 'mean' || report.figures.some(({ key }) => key === one.weight),
        `${report.id} ${one.key}`,
      );
    }
  }
});

test('availability is in hours by day and in minutes by hour', () => {
  assert.deepEqual(
    figuresOf(reportOf('agents/availability')!, 'day').map(({ key }) => key),
    ['hours'],
  );
  assert.deepEqual(
    figuresOf(reportOf('agents/availability')!, 'hour').map(({ key }) => key),
    ['minutes'],
  );
});

test('availability ignores filters of chats', () => {
  const filters = { tags: { exists: true }, agents: { values: ['a'] }, sales: { exists: true } };
  assert.deepEqual(ignoredIn(reportOf('agents/availability')!, filters), ['tags', 'sales']);
  assert.deepEqual(ignoredIn(reportOf('chats/ratings')!, filters), []);
});

test('counts are added, means are weighted, and a mean of nothing is not known', () => {
  const rows: Row[] = [
    { bucket: '2026-10-01', count: 1, response_time: 10 },
    { bucket: '2026-10-02', count: 0, response_time: null },
    { bucket: '2026-10-03', count: 3, response_time: 30.5 },
  ];
  assert.equal(combine(rows, figure('chats/response_time', 'count')), 4);
  assert.equal(combine(rows, figure('chats/response_time', 'response_time')), 25.38);
  assert.equal(combine([{ count: 3, response_time: 175.07 }], figure('chats/response_time', 'response_time')), 175.07);
  assert.equal(combine(rows.slice(1, 2), figure('chats/response_time', 'response_time')), null);
  assert.equal(combine([], figure('chats/response_time', 'count')), null);
  const performance: Row = { agent: 'a', first_response_time: 0, first_response_chats_count: 0 };
  assert.equal(combine([performance], figure('agents/performance', 'first_response_time')), null);
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

test('forms have questions with answers, added up over groups', () => {
  const row = (
    group: number,
    field: string | null,
    answer: string | number | null,
    count: number,
    label: string | null = null,
  ): Row => ({ form: 'F', group, field, field_label: field && 'What?', answer, answer_label: label, count });
  const [form] = formsOf([
    row(1, null, null, 4),
    row(1, '8', 10, 1, 'Ten'),
    row(1, '8', 2, 3),
    row(2, null, null, 1),
    row(2, '8', 2, 1),
  ]);
  assert.deepEqual(form, {
    id: 'F',
    count: 5,
    questions: [
      {
        id: '8',
        label: 'What?',
        answers: [
          { id: '2', label: 'Answer 2', count: 4 },
          { id: '10', label: 'Ten', count: 1 },
        ],
      },
    ],
  });
});

test('the cards of the overview', () => {
  const none: Sources = {
    'chats/total_chats': [],
    'chats/first_response_time': [],
    'chats/response_time': [],
    'chats/duration': [],
    'chats/ratings': [],
    'agents/availability': [],
    'chats/queued_visitors': [],
    'tags/chat_usage': [],
    'agents/performance': [],
    'chats/groups': [],
  };
  const now: Sources = {
    ...none,
    'chats/total_chats': [
      { bucket: '2026-10-01', total: 8 },
      { bucket: '2026-10-02', total: 2 },
    ],
    'chats/first_response_time': [
      { bucket: '2026-10-01', count: 6, first_response_time: 5 },
      { bucket: '2026-10-02', count: 2, first_response_time: 9 },
    ],
    'chats/ratings': [
      { bucket: '2026-10-01', good: 3, bad: 1 },
      { bucket: '2026-10-02', good: 0, bad: 0 },
    ],
    'chats/queued_visitors': [
      { bucket: '2026-10-01', queue_outcome: 'left_queue', count: 2 },
      { bucket: '2026-10-02', queue_outcome: null, count: null },
    ],
  };
  const plain = (rows: Sources) => ({ rows, whole: rows });
  const card = (title: string, of = cardsOf(plain(now), null)) => of.find((one) => one.title === title)!;
  const whole = { ...now, 'chats/first_response_time': [{ bucket: '2026', count: 8, first_response_time: 6.01 }] };
  assert.equal(card('First response', cardsOf({ rows: now, whole }, null)).value, 6.01);
  assert.deepEqual([card('Chats').value, card('Chats').series], [10, [8, 2]]);
  assert.deepEqual([card('Unanswered').value, card('Unanswered').series], [0.2, [0.25, 0]]);
  assert.equal(card('First response').value, 6);
  assert.deepEqual([card('Good ratings').value, card('Good ratings').series], [0.75, [0.75, null]]);
  assert.deepEqual([card('Left the queue').value, card('Left the queue').series], [2, [2, 0]]);
  assert.equal(card('Chats', cardsOf(plain(none), plain(now))).before, 10);
});

test('the week counts the mean of the days that there were', () => {
  const rows: Row[] = [
    { bucket: '2026-11-23T09:00:00+01:00', total: 4 },
    { bucket: '2026-11-30T09:00:00+01:00', total: 1 },
    { bucket: '2026-11-24T23:00:00+01:00', total: 2 },
  ];
  const midnight = Date.parse('2026-12-01T00:00:00+01:00');
  const week = weekOf(rows, { from: '2026-11-23', to: '2026-12-01' }, 'Europe/Warsaw', midnight);
  assert.equal(week[0]![9], 2.5);
  assert.equal(week[1]![23], 2);
  assert.equal(weekOf(rows, { from: '2026-11-23', to: '2026-11-24' }, 'Europe/Warsaw', midnight)[6]![0], null);
});

test('the week counts no hour of today that has not ended', () => {
  const dates = { from: '2026-11-23', to: '2026-11-30' };
  const rows: Row[] = [
    { bucket: '2026-11-23T08:00:00+01:00', total: 4 },
    { bucket: '2026-11-23T10:00:00+01:00', total: 4 },
    { bucket: '2026-11-23T11:00:00+01:00', total: 6 },
    { bucket: '2026-11-30T08:00:00+01:00', total: 2 },
    { bucket: '2026-11-30T10:00:00+01:00', total: 1 },
    { bucket: '2026-11-30T11:00:00+01:00', total: 0 },
  ];
  const now = Date.parse('2026-11-30T10:30:00+01:00');
  assert.deepEqual(weekOf(rows, dates, 'Europe/Warsaw', now)[0]!.slice(8, 12), [3, 0, 4, 6]);
  const today = weekOf(rows.slice(3), { from: '2026-11-30', to: '2026-11-30' }, 'Europe/Warsaw', now)[0]!;
  assert.deepEqual(today.slice(8, 12), [2, 0, null, null]);
});
