import assert from 'node:assert/strict';
import test from 'node:test';
import { reportOf } from './catalogue';
import { csvName } from './file_name';

const dates = { from: '2026-10-01', to: '2026-10-31' };
const scope = (id: string) => ({ report: reportOf(id)!, dates, dimension: null, isGrouped: false });
const plain = { filters: {} };

test('the name of a file says the report, the dates, the split and whether there are filters', () => {
  const ratings = scope('chats/ratings');
  const byAgent = { ...ratings, dimension: 'agent', isGrouped: true } as const;
  const filtered = { ...plain, filters: { tags: { values: ['a'] } } };
  assert.equal(csvName(ratings, plain), 'chats-ratings_2026-10-01_2026-10-31.csv');
  assert.equal(csvName(byAgent, plain), 'chats-ratings_2026-10-01_2026-10-31_by_agent.csv');
  assert.equal(csvName(byAgent, filtered), 'chats-ratings_2026-10-01_2026-10-31_by_agent_filtered.csv');
  assert.equal(csvName(ratings, filtered, 'table'), 'chats-ratings_2026-10-01_2026-10-31_filtered_table.csv');
  const performance = { ...scope('agents/performance'), dimension: 'agent' } as const;
  assert.equal(csvName(performance, plain), 'agents-performance_2026-10-01_2026-10-31.csv');
});
