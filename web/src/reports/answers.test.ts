import assert from 'node:assert/strict';
import test from 'node:test';
import type { About } from '../data/session';
import { defaultView } from '../state/address';
import type { View } from '../state/address';
import { allRows, reportAnswers, reportQuestions } from './answers';
import { reportOf } from './catalogue';
import type { Report } from './report';
import { reportScopeOf } from './request';
import { combine } from './rows';
import type { Row } from './rows';

const about: About = {
  license: 1,
  version: '1',
  timezone: 'UTC',
  first_chat: '2020-01-01T00:00:00Z',
  last_chat: '2026-11-27T09:00:00Z',
  last_change: 1,
};
const now = Date.parse('2026-11-27T10:30:00Z');
const period = { from: '2026-10-01', to: '2026-10-02' };

function scopeOf(id: string, change: Partial<View> = {}) {
  return reportScopeOf({ ...defaultView, period, distribution: 'day', ...change }, reportOf(id)!, about, now);
}

/** The requests of a page, in short. */
const asked = (id: string, change?: Partial<View>): string[] =>
  reportQuestions(scopeOf(id, { comparison: 'none', ...change }), 1).map(({ path, body }) => {
    const { group_by: by, distribution: cut } = body as { group_by?: string; distribution?: string };
    return [path.replace('reports/', ''), by && `by ${by}`, cut].filter(Boolean).join(' ');
  });

const valuesOf = ({ figures }: Report, rows: readonly Row[]) => figures.map((figure) => combine(rows, figure));

test('a report that is split is asked without the split, too', () => {
  assert.deepEqual(asked('chats/ratings'), ['v3.7/chats/ratings day']);
  assert.deepEqual(asked('chats/ratings', { groupBy: 'tag' }), [
    'v1/chats/ratings by tag day',
    'v3.7/chats/ratings day',
  ]);
  assert.deepEqual(asked('chats/duration', { groupBy: 'agent' }), [
    'v1/chats/duration by agent day',
    'v1/chats/duration by agent year',
    'v3.7/chats/duration day',
    'v3.7/chats/duration year',
  ]);
  assert.deepEqual(asked('chats/tags'), ['v3.7/chats/tags day', 'v3.7/chats/total_chats day']);
  assert.deepEqual(asked('tags/chat_usage'), ['v3.7/tags/chat_usage', 'v3.7/chats/total_chats year']);
  assert.equal(asked('chats/tags', { comparison: 'before' }).length, 4);
  assert.deepEqual(
    reportQuestions(scopeOf('chats/queued_visitors_left'), 2).map(({ only }) => only),
    [undefined, 'pages'],
  );
  // Its values do not overlap, and there are no others.
  assert.deepEqual(asked('chats/queued_visitors'), [
    'v3.7/chats/queued_visitors day',
    'v3.7/chats/queued_visitors year',
  ]);
});

test('all chats of a split are those of the report without it, and no sum of the parts', () => {
  const scope = scopeOf('chats/ratings', { groupBy: 'tag' });
  const day = (bucket: string, good: number, bad: number, chats: number): Row => ({ bucket, good, bad, chats });
  const parts = [
    { ...day('2026-10-01', 2, 0, 3), tag: 'a' },
    { ...day('2026-10-01', 2, 1, 3), tag: 'b' },
  ];
  const whole = [day('2026-10-01', 3, 1, 5), day('2026-10-02', 0, 0, 1)];
  const before = [day('2026-09-29', 1, 1, 2)];
  const answer = reportAnswers(scope, [parts, whole, [], before]);
  assert.deepEqual(valuesOf(scope.report, answer.now.wholeAll), [3, 1, 0.75, 6]);
  assert.deepEqual(valuesOf(scope.report, answer.now.whole), [4, 1, 0.8, 6]);
  assert.deepEqual(valuesOf(scope.report, answer.before!.wholeAll), [1, 1, 0.5, 2]);
});

test('the whole of a report that has a total is that total, now and before', () => {
  const scope = scopeOf('agents/availability');
  const questions = reportQuestions(scope, 1);
  assert.deepEqual(
    questions.map(({ only }) => only),
    [undefined, { total: 'hours' }, undefined, { total: 'hours' }],
  );
  const rows = [
    { bucket: '2026-10-01', hours: 0.33 },
    { bucket: '2026-10-02', hours: 0.33 },
  ];
  const { now: of, before } = reportAnswers(scope, [rows, [{ hours: 0.67 }], rows, [{ hours: 0.65 }]]);
  assert.deepEqual(valuesOf(scope.report, of.whole).slice(0, 1), [0.67]);
  assert.deepEqual(valuesOf(scope.report, before!.whole).slice(0, 1), [0.65]);
});

test('the answers of all chosen agents are those of the summary, without those of other agents', () => {
  const scope = scopeOf('agents/performance', { comparison: 'none' });
  const summaries = reportQuestions(scope, 1).filter(({ only }) => only === 'summary');
  assert.deepEqual(
    summaries.map(({ path }) => path),
    ['v3.7/reports/agents/performance'],
  );
});

test('all chats beside agents count each chat once, and times of all agents are added up', () => {
  const performance = reportOf('agents/performance')!;
  const agent = { chats_count: 2, first_response_time: 5, first_response_chats_count: 1, logged_in_time: 100 };
  const others: Record<string, Row[]> = {
    'chats/total_chats': [{ bucket: '2026', total: 3 }],
    'agents/performance': [{ chats_count: 4, first_response_time: 7.5, first_response_chats_count: 2 }],
    'chats/ratings': [{ bucket: '2026', good: 1, bad: 0, chats: 3 }],
  };
  const rows = [
    { ...agent, agent: 'a' },
    { ...agent, agent: 'b' },
  ];
  const all = allRows(performance.all!, performance.figures, rows, (id) => others[id] ?? []);
  assert.deepEqual(valuesOf(performance, all), [3, 7.5, 2, 1, 0, null, null, null, 200]);
  const ranking = reportOf('chats/ranking')!;
  const ranked = [{ agent: 'a', good: 1, bad: 0, total: 1, score: 0.12 }];
  const both = allRows(ranking.all!, ranking.figures, ranked, () => [{ bucket: '2026', good: 4, bad: 2, chats: 9 }]);
  assert.deepEqual(valuesOf(ranking, both), [null, 4, 2, 6]);
});
