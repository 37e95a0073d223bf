// Requests to the server. Addresses are relative to the page, so that it works below any path.

import type { Row } from '../reports/rows';

/** The server has answered, but not with what was asked for. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The server has not answered. */
export class Away extends Error {}

export interface Question {
  readonly path: string; // such as v3.7/reports/chats/ratings
  readonly body: object;
  readonly wants?: 'total'; // how many there are on all pages, in place of the rows
}

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

async function send(token: string, path: string, init: RequestInit): Promise<Response> {
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
    if (!isBusy || tries === triesWhenBusy) throw await refusal(response);
    await pause(Math.min(5, Number(response.headers.get('Retry-After')) || 1));
  }
}

/** A proxy before a server that is away answers without the API's error. */
async function refusal(response: Response): Promise<Error> {
  try {
    const { error } = (await response.json()) as { error: { message: string } };
    return new Refused(response.status, error.message);
  } catch {
    return new Away(`The server answers with status ${response.status}.`);
  }
}

export const get = <T>(token: string, path: string, signal?: AbortSignal): Promise<T> =>
  inTurn(async () => (await send(token, path, signal ? { signal } : {})).json() as Promise<T>);

const post = (token: string, { path, body }: Question, query: string, signal?: AbortSignal): Promise<Response> =>
  send(token, `${path}?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });

export const askRows = (token: string, question: Question, signal?: AbortSignal): Promise<Row[]> =>
  inTurn(async () => {
    if (question.wants === 'total') return [await totalIn(await post(token, question, 'format=json', signal))];
    return (await post(token, question, 'format=rows', signal)).json() as Promise<Row[]>;
  });

/** Rows do not say how many pages there are. */
async function totalIn(response: Response): Promise<Row> {
  const { total, summary } = (await response.json()) as { total: number; summary: { total_pages: number } };
  return { total, pages: summary.total_pages };
}

const asCsv = 'format=csv&names=true';

export const askCsv = (token: string, question: Question): Promise<string> =>
  inTurn(async () => (await post(token, question, asCsv)).text());

/** The CSV of all pages, with one header. */
export async function askCsvOfPages(token: string, question: Question): Promise<string> {
  const [count] = await askRows(token, { ...question, wants: 'total' });
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
  const json = JSON.stringify(body).replaceAll("'", String.raw`'\''`);
  return `curl -X POST '${address}' \\\n  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\\n  -d '${json}'`;
}
