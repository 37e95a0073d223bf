import assert from 'node:assert/strict';
import test from 'node:test';
import { formsOf } from './forms';
import type { Row } from './rows';

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
