// The tests run against a real server, the built page, and one browser.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { removeData, serverAddress, startServer, stopServer, tokens } from './server.mjs';

// The folder with the built page and its packages, if it is not web/ of this repository.
const web = process.env.CHATREPORTS_PAGE_MODULES
  ? pathToFileURL(`${resolve(process.env.CHATREPORTS_PAGE_MODULES)}/`)
  : new URL('../../web/', import.meta.url);
const require = createRequire(new URL('package.json', web));
const { chromium } = require('playwright-core');
const { serve } = await import(new URL('dev.mjs', web));
export const axeSource = require.resolve('axe-core/axe.min.js');

await startServer();
const browser = await chromium.launch({
  executablePath: browserPath(),
  args: ['--no-sandbox'],
});

function browserPath() {
  const { stdout } = spawnSync('sh', ['-c', 'command -v chromium'], {
    encoding: 'utf8',
  });
  if (!stdout.trim()) throw new Error('there is no chromium');
  return stdout.trim();
}

// A program that has the page serves it; before one that has not stands web/dev.mjs.
const servesPage =
  (await fetch(`http://${serverAddress()}/`)).headers.get('content-type')?.startsWith('text/html') ?? false;
const proxy = servesPage ? null : await serve({ server: `http://${serverAddress()}` });
export const base = proxy ? `http://127.0.0.1:${proxy.address().port}/` : `http://${serverAddress()}/`;

/** Pages of a test that failed are closed here, too. */
export const closeAll = () => Promise.all(browser.contexts().map((context) => context.close()));

/** Things that no page may do. */
export const wrongs = [];

export async function open({ token = tokens.reader, hash = '', width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'Europe/Warsaw',
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    // A status that the page handles is an error to the console.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      wrongs.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrongs.push(`error: ${error.stack}`));
  page.on('dialog', (dialog) => {
    wrongs.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(blob|data):/.test(request.url()))
      wrongs.push(`request to ${request.url()}`);
  });
  if (token) {
    await page.goto(`${base}#token=${token}`);
    await page.waitForSelector('.layout, .message');
    if (hash) await go(page, hash);
  } else {
    await page.goto(base + hash);
  }
  return page;
}

export async function go(page, hash) {
  await page.evaluate((next) => {
    location.hash = next;
  }, hash);
  await settled(page);
}

/** Waits for the figures of the view. */
export async function settled(page) {
  await page.waitForFunction(
    () =>
      !document.querySelector('.loading, [aria-busy=true]') && document.querySelector('.figures-place > *, .message'),
  );
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.waitForFunction(() => !document.querySelector('.loading, [aria-busy=true]'));
}

/** Asks the API as the page does. `more` are parameters beside the format. */
export async function ask(path, body, { token = tokens.reader, format = 'rows', more = '' } = {}) {
  const response = await fetch(`${base}${path}?format=${format}${more}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return format === 'csv' ? response.text() : response.json();
}

/** Makes the page look for news at once, as when its tab is shown again. */
export const wake = (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

export async function end() {
  await browser.close();
  await stopServer();
  proxy?.closeAllConnections?.();
  proxy?.close();
  removeData();
}
