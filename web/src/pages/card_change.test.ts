import assert from 'node:assert/strict';
import test from 'node:test';
import { changeOfCard } from './card_change';

test('a change is better or worse, unless nobody sees it', () => {
  const wait = (value: number | null, before: number | null) =>
    changeOfCard({ value, before, unit: 'seconds', better: 'less' });
  assert.deepEqual(wait(20, 10), { text: '+100%', verdict: 'bad' });
  assert.deepEqual(wait(10, 20), { text: '−50%', verdict: 'good' });
  assert.deepEqual(wait(1867.4, 1866.6), { text: '±0%', verdict: null });
  // 42.4 s and 41.6 s both read 42 s.
  assert.deepEqual(wait(42.4, 41.6), { text: '+1.9%', verdict: null });
  assert.deepEqual(wait(null, 10), { text: '–', verdict: null });
  assert.deepEqual(wait(10, 0), { text: '–', verdict: null });
  const share = changeOfCard({ value: 0.9004, before: 0.9, unit: 'share', better: 'more' });
  assert.deepEqual(share, { text: '±0 points', verdict: null });
  assert.equal(changeOfCard({ value: 2, before: 1, unit: 'chats' }).verdict, null);
});
