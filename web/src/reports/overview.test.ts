import assert from 'node:assert/strict';
import test from 'node:test';
import { cardsOf } from './cards';
import { weekOf } from './overview';
import type { Sources } from './overview';
import type { Row } from './rows';

const never = () => false;

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
  const plain = (rows: Sources) => ({ rows, whole: rows, all: rows });
  const card = (title: string, of = cardsOf(plain(now), null, never)) => of.find((one) => one.title === title)!;
  const whole = { ...now, 'chats/first_response_time': [{ bucket: '2026', count: 8, first_response_time: 6.01 }] };
  assert.equal(card('First response', cardsOf({ rows: now, whole, all: whole }, null, never)).value, 6.01);
  const hours = {
    ...now,
    'agents/availability': [
      { bucket: '2026-10-01', hours: 0.33 },
      { bucket: '2026-10-02', hours: 0.33 },
    ],
  };
  const exact = { ...hours, 'agents/availability': [{ hours: 0.67 }] };
  const availability = card('Availability', cardsOf({ rows: hours, whole: exact, all: exact }, plain(hours), never));
  assert.deepEqual([availability.value, availability.before, availability.series], [0.67, 0.66, [0.33, 0.33]]);
  assert.deepEqual([card('Chats').value, card('Chats').series], [10, [8, 2]]);
  const later = cardsOf(plain(now), null, (bucket) => bucket > '2026-10-01')[0]!;
  assert.deepEqual([later.value, later.series], [10, [8]]);
  assert.deepEqual([card('Unanswered').value, card('Unanswered').series], [0.2, [0.25, 0]]);
  assert.equal(card('First response').value, 6);
  assert.deepEqual([card('Good ratings').value, card('Good ratings').series], [0.75, [0.75, null]]);
  assert.deepEqual([card('Left the queue').value, card('Left the queue').series], [2, [2, 0]]);
  assert.equal(card('Chats', cardsOf(plain(none), plain(now), never)).before, 10);
});

test('the week counts the mean of the days that there were', () => {
  const rows: Row[] = [
    { bucket: '2026-11-23T09:00:00+01:00', total: 4 },
    { bucket: '2026-11-30T09:00:00+01:00', total: 1 },
    { bucket: '2026-11-24T23:00:00+01:00', total: 2 },
  ];
  const midnight = Date.parse('2026-12-01T00:00:00+01:00');
  const week = weekOf(rows, { from: '2026-11-23', to: '2026-12-01' }, 'Europe/Warsaw', midnight);
  assert.equal(week.cells[0]![9], 2.5);
  assert.equal(week.cells[1]![23], 2);
  // Two Mondays, and one of each other day before 1 December, which has only begun.
  assert.deepEqual(week.days, [2.5, 2, 0, 0, 0, 0, 0]);
  assert.deepEqual([week.hours[9], week.hours[23], week.hours[0]], [5 / 8, 2 / 8, 0]);
  assert.equal(week.day, 7 / 8);
  const short = weekOf([rows[0]!, rows[2]!], { from: '2026-11-23', to: '2026-11-24' }, 'Europe/Warsaw', midnight);
  assert.deepEqual([short.cells[6]![0], short.days[6], short.days[0], short.hours[9]], [null, null, 4, 2]);
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
  assert.deepEqual(weekOf(rows, dates, 'Europe/Warsaw', now).cells[0]!.slice(8, 12), [3, 0, 4, 6]);
  const today = weekOf(rows.slice(3), { from: '2026-11-30', to: '2026-11-30' }, 'Europe/Warsaw', now);
  assert.deepEqual(today.cells[0]!.slice(8, 12), [2, 0, null, null]);
  assert.deepEqual([today.days[0], today.day], [null, null], 'a part of a day is no day');
});
