// Knows whether the token may read reports, how fresh the data is, which values there are, and whether
// the server answers. It polls while the page is open.

import type { Integer } from '../state/json';
import { Away, Refused, get } from './api';
import { canBeToken, linkedToken } from './linked_token';
import { ofTab } from './storage';

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
  readonly groups: readonly { readonly id: Integer; readonly name: string | null }[];
  readonly tags: readonly string[];
  readonly greetings: readonly Integer[];
  readonly goals: readonly Integer[];
  readonly sales: readonly Integer[];
  readonly countries: readonly string[];
  readonly forms: readonly { readonly id: string; readonly label: string | null }[];
  readonly properties: readonly { readonly namespace: string; readonly name: string }[];
}

/** Whether the server answers, and its own words if it says that it cannot. */
interface Reached {
  readonly token: string;
  readonly isAway: boolean;
  readonly reason: string | null;
}

export type Session =
  | { readonly state: 'out'; readonly reason: string | null }
  | (Reached & { readonly state: 'barred' | 'starting' }) // barred: it may not read reports
  | (Reached & {
      readonly state: 'in';
      readonly about: About;
      readonly directory: Directory;
      readonly checkedAt: number;
      readonly offer: Offer | null;
    });

/** Another token, of a link that was opened while this one is in use. */
export interface Offer {
  readonly token: string;
  readonly license: number;
}

const storageKey = 'chatreports-token';
const pollEvery = 60_000;
const pollEveryWhenAway = 3_000;
const pollAtLeastEvery = 15_000; // of a server that wants to be asked later

let session: Session = { state: 'out', reason: null };
let offer: Offer | null = null;
let directoryChange: number | null = null; // the directory has it and all before it
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
  const stored = ofTab.get(storageKey);
  if (stored) signIn(stored);
  takeLinkedToken();
}

/**
 * The token leaves the address at once, so that no copied link has it. Anybody can send a link: it never
 * ends a session, and another token takes its place only if the reader agrees.
 */
function takeLinkedToken(event?: HashChangeEvent): void {
  const linked = linkedToken(location.hash);
  if (linked === null) return;
  const hash = event && session.state !== 'out' ? new URL(event.oldURL).hash : '';
  history.replaceState(null, '', location.pathname + location.search + hash);
  if (session.state === 'out') signIn(linked);
  else if (canBeToken(linked) && linked !== session.token) void check(linked);
}

/** Offers a token that the server accepts. */
async function check(token: string): Promise<void> {
  try {
    offer = { token, license: (await get<About>(token, 'v1/about')).license };
    const isUseless = session.state === 'barred' || (session.state === 'out' && session.reason !== null);
    if (isUseless) acceptOffer();
    else if (session.state === 'in') become({ ...session, offer });
  } catch {
    // It is no better than the one in use.
  }
}

export function acceptOffer(): void {
  if (!offer) return;
  location.hash = '';
  signIn(offer.token);
}

export function declineOffer(): void {
  offer = null;
  if (session.state === 'in') become({ ...session, offer });
}

const notAccepted = 'The server does not accept this token. It may be mistyped, revoked or expired.';

export function signIn(token: string): void {
  if (!canBeToken(token)) {
    signOut(notAccepted);
    return;
  }
  offer = null;
  directoryChange = null;
  ofTab.set(storageKey, token);
  become({ state: 'starting', token, isAway: false, reason: null });
  void poll();
}

export function signOut(reason: string | null = null): void {
  clearTimeout(timer);
  ofTab.remove(storageKey);
  become({ state: 'out', reason });
  if (reason && offer) acceptOffer();
  offer = null;
}

/** A request for figures has failed: says so to the whole page, if it concerns the whole page. */
export function noteFailure(error: unknown): void {
  if (session.state === 'out') return;
  if (error instanceof Refused && error.status === 401) {
    signOut(notAccepted);
  } else if (error instanceof Away) {
    if (!session.isAway || session.reason) become({ ...session, isAway: true, reason: null });
    pollIn(pollEveryWhenAway);
  }
}

/** The server is there, but cannot say anything: it is starting, or its data is damaged. */
function noteRefusal({ message, retryAfter }: Refused): void {
  if (session.state === 'out') return;
  become({ ...session, isAway: true, reason: message });
  pollIn(Math.min(pollAtLeastEvery, Math.max(pollEveryWhenAway, (retryAfter ?? 0) * 1000)));
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
    const known = session.state === 'in' && session.token === token ? session : null;
    const askDirectory = () => get<Directory>(token, 'v1/directory', 1);
    // A page that starts asks for both at once. The directory may be older than the change that is told beside it, so
    // the next poll asks for it again.
    const [about, first] = await Promise.all([get<About>(token, 'v1/about', 1), known ? null : askDirectory()]);
    const isSame = known !== null && directoryChange === about.last_change;
    const directory = first ?? (isSame ? known.directory : await askDirectory());
    if (isOf(token)) {
      if (!first) directoryChange = about.last_change;
      become({ state: 'in', token, about, directory, isAway: false, reason: null, checkedAt: Date.now(), offer });
    }
    pollIn(pollEvery);
  } catch (error) {
    if (!isOf(token)) return;
    if (!(error instanceof Refused) || error.status === 401) {
      noteFailure(error);
    } else if (error.status === 403) {
      become({ state: 'barred', token, isAway: false, reason: null });
      pollIn(pollEvery);
    } else {
      noteRefusal(error);
    }
  }
}

const isOf = (token: string): boolean => session.state !== 'out' && session.token === token;
