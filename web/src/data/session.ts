// Knows whether the token may read reports, how fresh the data is, which values there are, and whether
// the server answers. It polls while the page is open.

import { Away, Refused, get } from './api';

export interface About {
  readonly license: number;
  readonly version: string;
  readonly timezone: string | null;
  readonly first_chat: string | null;
  readonly last_chat: string | null;
  readonly last_change: number;
}

interface Named {
  readonly id: string;
  readonly name: string | null;
}

export interface Directory {
  readonly agents: readonly Named[];
  readonly bots: readonly Named[];
  readonly groups: readonly { readonly id: number; readonly name: string | null }[];
  readonly tags: readonly string[];
  readonly greetings: readonly number[];
  readonly goals: readonly number[];
  readonly sales: readonly number[];
  readonly countries: readonly string[];
  readonly forms: readonly { readonly id: string; readonly label: string | null }[];
  readonly properties: readonly { readonly namespace: string; readonly name: string }[];
}

export type Session =
  | { readonly state: 'out'; readonly reason: string | null }
  | { readonly state: 'barred'; readonly token: string; readonly isAway: boolean } // it may not read reports
  | { readonly state: 'starting'; readonly token: string; readonly isAway: boolean }
  | {
      readonly state: 'in';
      readonly token: string;
      readonly about: About;
      readonly directory: Directory;
      readonly isAway: boolean;
      readonly checkedAt: number;
    };

const storageKey = 'chatreports-token';
const pollEvery = 60_000;
const pollEveryWhenAway = 3_000;

let session: Session = { state: 'out', reason: null };
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export const currentSession = (): Session => session;

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function become(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

/** Signs in with the token of the address (#token=…) or of this tab. */
export function start(): void {
  addEventListener('hashchange', takeLinkedToken);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void poll();
  });
  const stored = sessionStorage.getItem(storageKey);
  if (!takeLinkedToken() && stored) signIn(stored);
}

/** The token leaves the address at once, so that no copied link has it. */
function takeLinkedToken(): boolean {
  const linked = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (!linked) return false;
  history.replaceState(null, '', location.pathname + location.search);
  signIn(linked);
  return true;
}

const notAccepted = 'The server does not accept this token. It may be mistyped, revoked or expired.';

export function signIn(token: string): void {
  // No token has other characters, and no header can.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    signOut(notAccepted);
    return;
  }
  sessionStorage.setItem(storageKey, token);
  become({ state: 'starting', token, isAway: false });
  void poll();
}

export function signOut(reason: string | null = null): void {
  clearTimeout(timer);
  sessionStorage.removeItem(storageKey);
  become({ state: 'out', reason });
}

/** A request for figures has failed: says so to the whole page, if it concerns the whole page. */
export function noteFailure(error: unknown): void {
  if (session.state === 'out') return;
  if (error instanceof Refused && error.status === 401) {
    signOut(notAccepted);
  } else if (error instanceof Away) {
    if (!session.isAway) become({ ...session, isAway: true });
    pollIn(pollEveryWhenAway);
  }
}

function pollIn(milliseconds: number): void {
  clearTimeout(timer);
  // A hidden tab asks nothing; it asks at once when it is shown again.
  timer = setTimeout(() => document.visibilityState === 'visible' && void poll(), milliseconds);
}

async function poll(): Promise<void> {
  if (session.state === 'out') return;
  const { token } = session;
  clearTimeout(timer);
  try {
    const about = await get<About>(token, 'v1/about');
    const known = session.state === 'in' && session.token === token ? session : null;
    const isSame = known?.about.last_change === about.last_change;
    const directory = isSame ? known!.directory : await get<Directory>(token, 'v1/directory');
    if (isOf(token)) become({ state: 'in', token, about, directory, isAway: false, checkedAt: Date.now() });
    pollIn(pollEvery);
  } catch (error) {
    if (!isOf(token)) return;
    if (error instanceof Refused && error.status === 403) become({ state: 'barred', token, isAway: false });
    else noteFailure(error);
    if (error instanceof Refused) pollIn(pollEvery);
  }
}

const isOf = (token: string): boolean => session.state !== 'out' && session.token === token;
