// Requests to the server. Addresses are relative to the page, so that it works below any path.

import type { Row } from '../reports/rows';
import { parseJson, printJson } from '../state/json';

/** The server has answered, but not with what was asked for. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfter: number | null = null, // seconds
  ) {
    super(message);
  }
}

/** The server has not answered. */
export class Away extends Error {}

export interface Question {
  readonly path: string; // such as v3.7/reports/chats/ratings
  readonly body: object;
  readonly only?: Only;
}

/**
 * Figures of the report itself, in place of its rows: the summary, how many rows there are on how many
 * pages, or the total, which becomes the figure of this name.
 */
export type Only = 'summary' | 'pages' | { readonly total: string };

const atOnce = 6; // as many connections as a browser opens with HTTP/1.1
const triesWhenBusy = 6;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(task: () => Promise<T>): Promise<T> {
  if (running >= atOnce) await new Promise<void>((go) => waiting.push(go));
  else running += 1;
  try {
    return await task();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

const pause = (seconds: number): Promise<void> => new Promise((done) => setTimeout(done, seconds * 1000));

async function send(token: string, path: string, init: RequestInit, mostTries = triesWhenBusy): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    let response: Response;
    try {
      response = await fetch(path, {
        ...init,
        cache: 'no-cache',
        headers: { ...init.headers, Authorization: `Bearer ${token}` },
      });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new Away('The server does not answer.');
    }
    if (response.ok) return response;
    const isBusy = response.status === 429 || (response.status === 503 && response.headers.has('Retry-After'));
    if (!isBusy || tries >= mostTries) throw await refusal(response);
    await pause(Math.min(5, retryAfter(response) ?? 1));
  }
}

/** A proxy may answer with a page of its own. */
async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  try {
    return parseJson(text) as T;
  } catch {
    throw new Away('The server answers with something else than figures.');
  }
}

const retryAfter = (response: Response): number | null => Number(response.headers.get('Retry-After')) || null;

/** A proxy before a server that is away answers without the API's error. */
async function refusal(response: Response): Promise<Error> {
  try {
    const { error } = (await response.json()) as { error: { message: string } };
    return new Refused(response.status, error.message, retryAfter(response));
  } catch {
    return new Away(`The server answers with status ${response.status}.`);
  }
}

export const get = <T>(token: string, path: string, mostTries?: number): Promise<T> =>
  inTurn(async () => read<T>(await send(token, path, {}, mostTries)));

const post = (token: string, { path, body }: Question, query: string, signal?: AbortSignal): Promise<Response> =>
  send(token, `${path}?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: printJson(body),
    ...(signal ? { signal } : {}),
  });

export const askRows = (token: string, question: Question, signal?: AbortSignal): Promise<Row[]> =>
  inTurn(async () => {
    const { only } = question;
    if (!only) return read<Row[]>(await post(token, question, 'format=rows', signal));
    const json = await read<WholeAnswer>(await post(token, question, 'format=json', signal));
    if (only === 'pages') return [{ total: json.total, pages: json.summary.total_pages ?? null }];
    return [only === 'summary' ? json.summary : { [only.total]: json.total }];
  });

interface WholeAnswer {
  readonly summary: Row;
  readonly total: number;
}

const asCsv = 'format=csv&names=true';

export const askCsv = (token: string, question: Question): Promise<string> =>
  inTurn(async () => (await post(token, question, asCsv)).text());

/** The CSV of all pages, with one header. */
export async function askCsvOfPages(token: string, question: Question): Promise<string> {
  const [count] = await askRows(token, { ...question, only: 'pages' });
  let csv = '';
  for (let page = 1; page <= Math.max(1, Number(count?.pages)); page += 1) {
    const text = await askCsv(token, { ...question, body: { ...question.body, page } });
    csv += page === 1 ? text : text.slice(text.indexOf('\r\n') + 2);
  }
  return csv;
}

/** The same request for a terminal. The token stays out of it. */
export function curlOf({ path, body }: Question): string {
  const address = new URL(`${path}?${asCsv}`, document.baseURI.replace(/#.*/, ''));
  const json = printJson(body).replaceAll("'", String.raw`'\''`);
  return `curl -X POST '${address}' \\\n  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\\n  -d '${json}'`;
}
