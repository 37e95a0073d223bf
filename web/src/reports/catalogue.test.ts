import assert from 'node:assert/strict';
import test from 'node:test';
import { cardsOf } from './cards';
import { reportOf, reports } from './catalogue';
import type { OverviewAnswer, Sources } from './overview';
import { allLabel, allOf, figuresOf, ignoredIn, ignoredWords } from './report';

const empty = new Proxy({} as Sources, { get: () => [] });
const nothing: OverviewAnswer = { rows: empty, whole: empty, all: empty };

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

test('times of a status of agents ignore filters of chats', () => {
  const filters = { tags: { exists: true }, agents: { values: ['a'] }, sales: { exists: true } };
  const words = (id: string) => ignoredWords(reportOf(id)!, filters);
  assert.equal(
    words('agents/availability'),
    'Availability is a time of agents, not of chats. These filters do not change it: Tags, Sales.',
  );
  assert.equal(
    words('agents/performance'),
    'Accepting, Not accepting and Logged in are times of agents, not of chats. These filters do not change them: Tags, Sales.',
  );
  assert.equal(words('chats/ratings'), null);
  const narrowed = { agents: { values: ['a'] }, groups: { exists: false } };
  assert.equal(ignoredIn(reportOf('agents/availability')!, narrowed), null);
  // Whether a chat has an agent says nothing about agents.
  assert.deepEqual(ignoredIn(reportOf('agents/availability')!, { agents: { exists: true } })?.filters, ['Agents']);
});

test('each report says in one or two plain sentences what it counts', () => {
  const texts = [
    ...reports.map(({ about }) => about),
    ...cardsOf(nothing, null, () => false).map(({ about }) => about),
  ];
  assert.equal(texts.length, 24);
  for (const text of texts) {
    const sentences = text.split(/(?<=\.) /);
    assert.ok(sentences.length <= 2 && text.endsWith('.'), text);
    assert.ok(!/[_`]|\bbucket/.test(text), text);
    assert.ok(/^(This|These) /.test(text), text);
  }
});

test('nobody takes the chats that a filter leaves for all chats', () => {
  const { all } = reportOf('chats/tags')!;
  assert.equal(allLabel(all!, {}), 'All chats');
  assert.equal(allLabel(all!, { tags: { exists: true } }), 'All of these chats');
});

test('every report with values says what all of them are, of figures that other reports have', () => {
  for (const report of reports) {
    const all = allOf(report, report.canGroup ?? false);
    assert.equal(all !== null, (report.canGroup ?? false) || report.dimension !== undefined, report.id);
    for (const { report: id, keys } of all?.from ?? []) {
      const known = reportOf(id)!.figures.map(({ key }) => key);
      for (const [own, theirs] of Object.entries(keys)) {
        assert.ok(
          report.figures.some(({ key }) => key === own),
          `${report.id} ${own}`,
        );
        for (const key of theirs) assert.ok(known.includes(key), `${id} ${key}`);
      }
    }
  }
});
