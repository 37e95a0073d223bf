// The page's state for components: the session, the view of the address, and answers.

import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Row } from '../reports/rows';
import { parseView, printView } from '../state/address';
import type { View } from '../state/address';
import { printJson } from '../state/json';
import { Away, askRows } from './api';
import type { Question } from './api';
import { currentSession, noteFailure, onSession } from './session';
import type { Session } from './session';

export type SignedIn = Extract<Session, { state: 'in' }>;

export function useSession(): Session {
  const [session, setSession] = useState(currentSession);
  useEffect(() => onSession(() => setSession(currentSession())), []);
  return session;
}

export const SignedInContext = createContext<SignedIn | null>(null);
export const useSignedIn = (): SignedIn => useContext(SignedInContext)!;

export type Go = (change: Partial<View>) => void;

/**
 * Each change of the view is a step of the browser's history. An address without a zone gets the
 * default one, so that a link shows the same figures to people in other zones; this is no step.
 */
export function useView(zone: string): [View, Go] {
  const [read, setView] = useState(() => parseView(location.hash));
  const view = useMemo(() => (read.zone ? read : { ...read, zone }), [read, zone]);
  useEffect(() => {
    const take = () => setView(parseView(location.hash));
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  useEffect(() => {
    if (!read.zone) history.replaceState(history.state, '', printView(view));
  }, [read, view]);
  return [
    view,
    (change) => {
      location.hash = printView({ ...parseView(location.hash), ...change });
    },
  ];
}

export interface Asked<Context> {
  readonly context: Context;
  readonly answers: readonly Row[][];
}

export interface Asking<Context> {
  /** The newest answers, together with what they are about: the view may be ahead of them. */
  readonly asked: Asked<Context> | null;
  readonly isBehind: boolean;
  readonly error: Error | null;
}

/**
 * Asks again when the view or the data changes. `viewKey` says which view the questions belong to.
 * Questions also change as time goes on; then the old answers are not behind.
 */
export function useAnswers<Context>(
  viewKey: string,
  context: Context,
  questions: readonly Question[],
): Asking<Context> {
  const { token, about, isAway } = useSignedIn();
  const [asked, setAsked] = useState<(Asked<Context> & { readonly viewKey: string }) | null>(null);
  const [failure, setFailure] = useState<{ readonly viewKey: string; readonly error: Error } | null>(null);
  const newest = useRef(context);
  newest.current = context;
  const key = printJson(questions);
  useEffect(() => {
    if (isAway) return undefined;
    const abort = new AbortController();
    const of = newest.current;
    Promise.all(questions.map((question) => askRows(token, question, abort.signal))).then(
      (answers) => {
        if (abort.signal.aborted) return;
        setAsked({ context: of, answers, viewKey });
        setFailure(null);
      },
      (error: Error) => {
        if (abort.signal.aborted) return;
        if (!(error instanceof Away)) setFailure({ viewKey, error });
        noteFailure(error);
      },
    );
    return () => abort.abort();
  }, [token, about.last_change, isAway, viewKey, key]);
  return {
    asked,
    isBehind: asked !== null && asked.viewKey !== viewKey,
    error: failure?.viewKey === viewKey ? failure.error : null,
  };
}
