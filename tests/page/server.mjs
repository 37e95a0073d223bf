// A real server with sample data, and tokens for it.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exactRecords } from './exact.mjs';
import { hostileRecords } from './hostile.mjs';

const program = process.env.CHATREPORTS_PROGRAM;
if (!program) throw new Error('CHATREPORTS_PROGRAM must name the program to test');

const folder = mkdtempSync(join(tmpdir(), 'chatreports-page-'));
const data = join(folder, 'data');

function run(...words) {
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return stdout;
}

const newToken = (license, ...more) =>
  run('token', 'create', '--data', data, '--license', String(license), ...more).trim();

function importRecords(license, name, records) {
  const file = join(folder, name);
  writeFileSync(file, records);
  run('import', '--data', data, '--license', String(license), file);
}

importRecords(1, 'sample.ndjson', run('generate', '--chats', '1500', '--days', '70', '--agents', '8', '--seed', '7'));
importRecords(
  1,
  'agent.ndjson',
  '{"record":"agent","id":"here@example.com","name":"Here","timezone":"Asia/Kathmandu"}\n',
);
importRecords(2, 'hostile.ndjson', hostileRecords());
importRecords(4, 'exact.ndjson', exactRecords());

export const tokens = {
  reader: newToken(1),
  writer: newToken(1, '--scope', 'reports_read', '--scope', 'reports_write'),
  writeOnly: newToken(1, '--scope', 'reports_write'),
  hostile: newToken(2),
  empty: newToken(3),
  exact: newToken(4),
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
  child = spawn(program, ['serve', '--data', data, '--listen', address], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
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

export const removeData = () => rmSync(folder, { recursive: true, force: true });
