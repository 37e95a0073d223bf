// Where a page shows its figures: the answers, or that they are awaited or refused.

import type { ComponentChildren } from 'preact';
import type { Asked, Asking, Go } from '../data/hooks';
import { Loading } from '../parts/states';
import type { ReportScope } from '../reports/request';
import type { View } from '../state/address';
import { Failure } from './empty';

/** What the figures of each kind of report are made of. */
export interface FiguresProps {
  readonly asked: Asked<ReportScope>;
  readonly view: View;
  readonly go: Go;
}

interface Props<Context> {
  readonly asking: Asking<Context>;
  readonly go: Go;
  readonly children: (asked: Asked<Context>) => ComponentChildren;
}

export function FiguresPlace<Context>({ asking: { asked, isBehind, error }, go, children }: Props<Context>) {
  const isWaiting = isBehind && !error;
  return (
    <div class={`figures-place${isWaiting ? ' behind' : ''}`} aria-busy={isWaiting}>
      {error ? <Failure error={error} go={go} /> : asked ? children(asked) : <Loading />}
    </div>
  );
}
