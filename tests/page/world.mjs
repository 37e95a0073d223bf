// What the tests run against: a real server with sample data, the built page, and one browser.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileRecords } from './hostile.mjs';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
export const axeSource = require.resolve('axe-core/axe.min.js');

const program = process.env.CHATREPORTS_PROGRAM;
if (!program) throw new Error('CHATREPORTS_PROGRAM must name the program to test');

const folder = mkdtempSync(join(tmpdir(), 'chatreports-page-'));
const data = join(folder, 'data');

function run(...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return stdout;
}

const newToken = (license, ...more) => run('token', 'create', '--data', data, '--license', String(license), ...more).trim();

function importRecords(license, name, records) {
  const file = join(folder, name);
  writeFileSync(file, records);
  run('import', '--data', data, '--license', String(license), file);
}

importRecords(1, 'sample.ndjson', run('generate', '--chats', '1500', '--days', '70', '--agents', '8', '--seed', '7'));
importRecords(1, 'agent.ndjson', '{"record":"agent","id":"here@example.com","name":"Here","timezone":"Asia/Kathmandu"}\n');
importRecords(2, 'hostile.ndjson', hostileRecords());

export const tokens = {
  reader: newToken(1),
  writer: newToken(1, '--scope', 'reports_read', '--scope', 'reports_write'),
  writeOnly: newToken(1, '--scope', 'reports_write'),
  hostile: newToken(2),
  empty: newToken(3),
  revoked: newToken(1),
  inKathmandu: newToken(1, '--agent-id', 'here@example.com'),
};

export function revoke(token) {
  const number = Object.keys(tokens).findIndex((name) => tokens[name] === token) + 1;
  run('token', 'revoke', '--data', data, String(number));
}

let child;
let address = '127.0.0.1:0';

/** Starts the server, at the same address as before if there was one. */
export async function startServer() {
  child = spawn(program, ['serve', '--data', data, '--listen', address], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  for await (const part of child.stderr) {
    log += part;
    const found = /serving .* on http:\/\/(\S+)/.exec(log);
    if (found) {
      address = found[1];
      child.stderr.resume();
      return;
    }
  }
  throw new Error(`the server did not start: ${log}`);
}

export const serverAddress = () => address;

export async function stopServer() {
  if (!child || child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

await startServer();
const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] });

function browserPath() {
  const { stdout } = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' });
  if (!stdout.trim()) throw new Error('there is no chromium');
  return stdout.trim();
}

// A program that has the page serves it; before one that has not stands web/dev.mjs.
const servesPage = (await fetch(`http://${address}/`)).headers.get('content-type')?.startsWith('text/html') ?? false;
const { serve } = await import('../../web/dev.mjs');
const proxy = servesPage ? null : await serve({ server: `http://${address}` });
export const base = proxy ? `http://127.0.0.1:${proxy.address().port}/` : `http://${address}/`;

/** Pages of a test that failed are closed here, too. */
export const closeAll = () => Promise.all(browser.contexts().map((context) => context.close()));

/** What no page may ever do. */
export const wrongs = [];

export async function open({ token = tokens.reader, hash = '', width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB', timezoneId: 'Europe/Warsaw', acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    // A status that the page handles is an error to the console.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) wrongs.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrongs.push(`error: ${error.stack}`));
  page.on('dialog', (dialog) => {
    wrongs.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(blob|data):/.test(request.url())) wrongs.push(`request to ${request.url()}`);
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
  await page.evaluate((next) => { location.hash = next; }, hash);
  await settled(page);
}

/** Waits for the figures of the view. */
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector('.loading, [aria-busy=true]') && document.querySelector('.figures-place > *, .message'));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.waitForFunction(() => !document.querySelector('.loading, [aria-busy=true]'));
}

/** Asks the API as the page does. */
export async function ask(path, body, { token = tokens.reader, format = 'rows' } = {}) {
  const response = await fetch(`${base}${path}?format=${format}`, {
    method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body),
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
  rmSync(folder, { recursive: true, force: true });
}
