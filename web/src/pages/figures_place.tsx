// The place of a page's figures, while the page waits for them or the server refuses them, too.

import type { ComponentChildren } from 'preact';
import type { Asked, Asking, Go } from '../data/hooks';
import { Loading } from '../parts/states';
import type { ReportScope } from '../reports/request';
import type { View } from '../state/address';
import { Failure } from './empty';

/** The answers that each kind of report draws. */
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
