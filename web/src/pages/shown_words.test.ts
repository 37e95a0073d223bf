import assert from 'node:assert/strict';
import test from 'node:test';
import { columnsAtOnce, shownWords } from './shown_words';

test('one sentence says how many values the chart and the table have', () => {
  assert.equal(shownWords(5, 5, 5), null);
  assert.equal(shownWords(5, 41, 41), 'The chart shows the 5 with the largest figures; the table has all 41.');
  assert.equal(
    shownWords(5, 41, columnsAtOnce),
    'The chart shows the 5 with the largest figures, the table 12; the CSV has all 41.',
  );
});
