import assert from 'node:assert/strict';
import test from 'node:test';
import { defaultView, parseView, printView } from './address';
import type { View } from './address';
import { filtersForApi } from './filters';
import type { Filters } from './filters';

const reread = (view: View): View => parseView(printView(view));

test('an address without anything is the overview', () => {
  for (const hash of ['', '#', '#/', '#/overview']) assert.deepEqual(parseView(hash), defaultView, hash);
  assert.equal(printView(defaultView), '#/overview');
});

test('an address holds the whole view', () => {
  const filters: Filters = {
    agents: { values: ['ann+sales@example.com', 'a,b & "c" <img onerror=1>', '🙂'] },
    tags: { exclude_values: ['spam', '100 %'], require_every_value: true },
    groups: { values: [0, 7] },
    goals: { exists: false },
    event_types: { values: ['file'] },
    greetings: { values: [9], groups: { exists: true }, from: '2026-01-01', to: '2026-01-31' },
    forms: [
      { type: 'pre_chat', exists: false },
      { type: 'post_chat', values: ['8:1'], groups: { values: [2] } },
    ],
    agent_response: { first: true, agents: { values: ['bob'] } },
    properties: {
      'a.b': { 'c d': { values: [5] }, e: { exclude_values: ['5', 'x'] } },
      shop: { vip: { values: [true] } },
    },
  };
  const view: View = {
    page: 'chats/ratings',
    period: { from: '2026-01-01', to: '2026-02-01' },
    distribution: 'month',
    zone: 'Asia/Kathmandu',
    comparison: 'year',
    groupBy: 'agent',
    figure: 'good',
    rows: 'buckets',
    number: 3,
    filters,
  };
  assert.deepEqual(reread(view), view);
});

test('each preset, comparison and distribution survives', () => {
  for (const preset of ['today', 'this_week', 'last_week', 'last_90_days', 'this_year'] as const) {
    assert.deepEqual(reread({ ...defaultView, period: { preset } }).period, { preset });
  }
  for (const comparison of ['before', 'weekdays', 'year', 'none'] as const) {
    assert.equal(reread({ ...defaultView, comparison }).comparison, comparison);
  }
});

test('what is wrong in an address is left out', () => {
  const view = parseView(
    '#/chats/tags?from=2026-02-30&to=x&period=toString&distribution=week&timezone=Mars/Olympus&compare=constructor&page=-4' +
      '&groups.values=abc&tags.exists=maybe&forms={"type":1}&greetings=[1]&properties=7&agent_response={&agents.require_every_value=true',
  );
  assert.deepEqual(view, { ...defaultView, page: 'chats/tags', filters: { tags: { exists: false } } });
});

test('integers of 64 bits stay what they are, and a value without text is none', () => {
  const values = [9007199254740991, 9007199254740992n, 9007199254740993n];
  const view: View = {
    ...defaultView,
    filters: {
      groups: { values },
      greetings: { exclude_values: [9007199254740993n] },
      properties: { shop: { id: { values: [9007199254740993n] }, code: { values: ['9007199254740993'] } } },
    },
  };
  assert.deepEqual(reread(view), view);
  assert.deepEqual(parseView('#/x?groups.values=9007199254740993').filters, { groups: { values: [values[2]!] } });
  assert.deepEqual(parseView('#/x?groups.values=&tags.values=&agents.exclude_values=').filters, {});
});

test('filters of a wrong form never reach a request', () => {
  const of = (name: string, json: unknown) =>
    parseView(`#/x?${new URLSearchParams({ [name]: JSON.stringify(json) })}`).filters;
  assert.deepEqual(of('forms', [{ type: 'exit' }, null, 5]), {});
  assert.deepEqual(of('forms', [{ type: 'pre_chat', values: [{}], other: 1 }]), { forms: [{ type: 'pre_chat' }] });
  assert.deepEqual(of('greetings', { values: [], from: '2026-01-01' }), {});
  assert.deepEqual(of('properties', { a: { b: { values: [[]] }, c: { exists: true } } }), {
    properties: { a: { c: { exists: true } } },
  });
  assert.deepEqual(of('agent_response', { agents: { values: ['x'] }, exists: true }), {
    agent_response: { exists: true },
  });
});

test('a property may be named as a part of an object', () => {
  const view: View = {
    ...defaultView,
    filters: { properties: Object.fromEntries([['__proto__', { constructor: { exists: true } }]]) },
  };
  assert.deepEqual(JSON.stringify(reread(view)), JSON.stringify(view));
  assert.deepEqual(Object.keys(Object.prototype), []);
});

test('a page is a number that the server takes, and a day is of years that it has', () => {
  for (const page of ['Infinity', '1e300', '0', '-1', '1.5', '99999999999', 'NaN', '%201'])
    assert.equal(parseView(`#/x?page=${page}`).number, 1, page);
  assert.equal(parseView('#/x?page=12').number, 12);
  for (const from of ['0999-01-01', '0001-01-01'])
    assert.deepEqual(parseView(`#/x?from=${from}&to=2026-01-01`).period, defaultView.period, from);
});

test('dates of a filter become times of the zone', () => {
  const api = filtersForApi(
    {
      greetings: { from: '2026-01-01', to: '2026-01-01' },
      forms: [{ type: 'pre_chat', from: '2026-06-01', to: '2026-06-02' }],
    },
    'Europe/Warsaw',
  );
  assert.deepEqual(api, {
    greetings: { from: '2025-12-31T23:00:00.000Z', to: '2026-01-01T22:59:59.999999Z' },
    forms: [{ type: 'pre_chat', from: '2026-05-31T22:00:00.000Z', to: '2026-06-02T21:59:59.999999Z' }],
  });
});
