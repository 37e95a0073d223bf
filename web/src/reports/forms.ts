// The rows of the report on forms, as forms with questions and answers. The counts of a form's groups
// are added up: a submission counts in each group of its chat.

import type { Cell, Row } from './rows';

export interface Answer {
  readonly id: string;
  readonly label: string;
  readonly count: number;
}

export interface Question {
  readonly id: string;
  readonly label: string;
  readonly answers: readonly Answer[];
}

export interface Form {
  readonly id: string;
  readonly count: number;
  readonly questions: readonly Question[];
}

interface Counted {
  label: string | null;
  count: number;
}

const text = (cell: Cell | undefined): string => String(cell ?? '');

export function formsOf(rows: readonly Row[]): Form[] {
  const forms = new Map<
    string,
    { count: number; questions: Map<string, { label: string | null; answers: Map<string, Counted> }> }
  >();
  for (const row of rows) {
    const form = entry(forms, text(row.form), () => ({ count: 0, questions: new Map() }));
    const count = Number(row.count ?? 0);
    if (row.field === null) {
      form.count += count;
      continue;
    }
    const question = entry(form.questions, text(row.field), () => ({
      label: null,
      answers: new Map<string, Counted>(),
    }));
    const answer = entry(question.answers, text(row.answer), (): Counted => ({ label: null, count: 0 }));
    if (row.field_label) question.label = text(row.field_label);
    if (row.answer_label) answer.label = text(row.answer_label);
    answer.count += count;
  }
  return [...forms].map(([id, { count, questions }]) => ({
    id,
    count,
    questions: [...questions].map(([field, { label, answers }]) => ({
      id: field,
      label: label ?? `Field ${field}`,
      answers: [...answers]
        .map(([answer, of]) => ({ id: answer, label: of.label ?? `Answer ${answer}`, count: of.count }))
        .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true })),
    })),
  }));
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
