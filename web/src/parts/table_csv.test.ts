import assert from 'node:assert/strict';
import test from 'node:test';
import { reportOf } from '../reports/catalogue';
import { tableCells } from './table_csv';

test('a table for a spreadsheet has the rows as shown, units, ids, and what they are compared with', () => {
  const figures = reportOf('chats/ratings')!.figures.slice(0, 3);
  const all = { key: 'all', label: 'All chats', values: [3, 1, 0.75], before: [2, 2, 0.5] };
  const rows = [
    { key: 7, label: 'Sales', note: 'group 7', values: [3, 0, 1], before: [0, 2, 0] },
    { key: 8, label: 'Group 8', values: [0, 1, null], before: undefined },
  ];
  const props = { caption: '', head: 'Group', figures, all, rows, isCompared: true };
  assert.deepEqual(tableCells(props, rows), [
    [
      'Group',
      'Group id',
      'Rated good (chats)',
      'Rated good before (chats)',
      'Rated good: change (share)',
      'Rated bad (chats)',
      'Rated bad before (chats)',
      'Rated bad: change (share)',
      'Good of rated (share)',
      'Good of rated before (share)',
      'Good of rated: difference (share)',
    ],
    ['All chats', null, 3, 2, 0.5, 1, 2, -0.5, 0.75, 0.5, 0.25],
    ['Sales', '7', 3, 0, null, 0, 2, -1, 1, 0, 1],
    ['Group 8', '8', 0, null, null, 1, null, null, null, null, null],
  ]);
});

test('working times have all digits, in seconds', () => {
  const figures = reportOf('agents/performance')!.figures.filter(({ key }) => key === 'logged_in_time');
  const rows = [{ key: 'a', label: 'Ann', values: [4530] }];
  assert.deepEqual(tableCells({ caption: '', head: 'Agent', figures, rows, isCompared: false }, rows), [
    ['Agent', 'Logged in (seconds)'],
    ['Ann', 4530],
  ]);
});

test('a row by day has its date as the server writes it, and Chats needs no unit', () => {
  const figures = reportOf('chats/total_chats')!.figures;
  const rows = [{ key: '2026-10-01', label: 'Thu, 1 Oct 2026', exact: '2026-10-01', values: [1234, 0] }];
  const total = { key: 'total', label: 'Whole period', values: [1234, 0] };
  assert.deepEqual(tableCells({ caption: '', head: 'Day', figures, rows, total, isCompared: false }, rows), [
    ['Day', 'Chats', 'Continuous (chats)'],
    ['2026-10-01', 1234, 0],
    ['Whole period', 1234, 0],
  ]);
});
