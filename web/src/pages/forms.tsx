// The report on forms: each question with its answers.

import { useSignedIn } from '../data/hooks';
import { formatChange, formatCount, formatShare } from '../format/numbers';
import { Barred } from '../parts/bar';
import { formsOf } from '../reports/forms';
import type { Form, Question } from '../reports/forms';
import { changeOf } from '../reports/rows';
import type { FiguresProps } from './figures_place';
import { Scroll } from '../parts/scroll';

export function Forms({ asked }: FiguresProps) {
  const { directory } = useSignedIn();
  const [rows = [], before] = asked.answers;
  const forms = formsOf(rows);
  const formsBefore = before && formsOf(before);
  return (
    <>
      {forms.map((form) => {
        const label = directory.forms.find(({ id }) => id === form.id)?.label ?? `Form ${form.id}`;
        return (
          <FormView
            key={form.id}
            form={form}
            label={label}
            before={formsBefore?.find(({ id }) => id === form.id)}
            isCompared={before !== undefined}
          />
        );
      })}
    </>
  );
}

function FormView({
  form,
  label,
  before,
  isCompared,
}: {
  readonly form: Form;
  readonly label: string;
  readonly before: Form | undefined;
  readonly isCompared: boolean;
}) {
  return (
    <section class="form">
      <h2>
        <bdi class="name" title={label}>
          {label}
        </bdi>
      </h2>
      <p>
        {formatCount(form.count)} submissions
        {isCompared && <span class="change"> {formatChange(changeOf(form.count, before?.count ?? null))}</span>}
      </p>
      <div class="questions">
        {form.questions.map((question) => (
          <QuestionView
            key={question.id}
            question={question}
            of={form.count}
            isCompared={isCompared}
            before={before?.questions.find(({ id }) => id === question.id)}
          />
        ))}
      </div>
    </section>
  );
}

function QuestionView({
  question,
  of,
  before,
  isCompared,
}: {
  readonly question: Question;
  readonly of: number;
  readonly before: Question | undefined;
  readonly isCompared: boolean;
}) {
  const largest = Math.max(...question.answers.map(({ count }) => count));
  return (
    <Scroll label={question.label}>
      <table class="figures">
        <caption>
          <bdi>{question.label}</bdi>
        </caption>
        <thead>
          <tr>
            <th scope="col" class="label">
              Answer
            </th>
            <th scope="col" class="number">
              Submissions
            </th>
            <th scope="col" class="number">
              Share
            </th>
            {isCompared && (
              <th scope="col" class="number change">
                Change
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {question.answers.map(({ id, label, count }) => (
            <tr key={id}>
              <th scope="row" class="label">
                <bdi class="name" title={`${question.id}:${id}`}>
                  {label}
                </bdi>
              </th>
              <td class="number">
                <Barred share={count / largest}>{formatCount(count)}</Barred>
              </td>
              <td class="number">{formatShare(of > 0 ? count / of : null)}</td>
              {isCompared && (
                <td class="number change">
                  {formatChange(changeOf(count, before?.answers.find((other) => other.id === id)?.count ?? null))}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
