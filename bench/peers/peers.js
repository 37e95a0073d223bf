'use strict';
// chatreports and its peers over the same chats: every answer is compared before a time counts.
//
//   node peers.js --programs FOLDER --chats N --work FOLDER [--peers duckdb,clickhouse,…]
//     [--seconds S for each question and peer] [--only TEXT in the names of questions]

const fs = require('fs');
const http = require('http');
const path = require('path');
const { execFileSync, spawn } = require('child_process');
const { isDeepStrictEqual } = require('util');
const { questions: all } = require('./questions');
const { reports, Asked } = require('./reports');
const { peers } = require('./databases');

const questions = all.filter((question) => question.name.includes(options().only));
const say = (text) => process.stderr.write(text + '\n');
const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
const p99 = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)];
const geometricMean = (values) => Math.exp(values.reduce((sum, v) => sum + Math.log(v), 0) / values.length);

function options() {
  const given = { seconds: 2, chats: 1_000_000, only: '', peers: Object.keys(peers).join(',') };
  for (let at = 2; at < process.argv.length; at += 2) {
    given[process.argv[at].replace(/^--/, '')] = process.argv[at + 1];
  }
  return { ...given, chats: Number(given.chats), seconds: Number(given.seconds), peers: given.peers.split(',') };
}

const secondsOf = async (work) => {
  const begun = performance.now();
  const result = await work();
  return [(performance.now() - begun) / 1000, result];
};

// At least three times, and for so many seconds; in milliseconds.
async function timesOf(work, seconds) {
  const times = [];
  const begun = performance.now();
  while (times.length < 3 || (performance.now() - begun < seconds * 1000 && times.length < 1000)) {
    const one = performance.now();
    await work();
    times.push(performance.now() - one);
  }
  return times;
}

class ChatReports {
  constructor({ programs, work, chats, seconds }) {
    this.program = path.join(programs, 'chatreports');
    this.programs = programs;
    this.data = path.join(work, 'chatreports');
    this.work = work;
    this.chats = chats;
    this.seconds = seconds;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  }
  // What it is to load: a file of records in JSON.
  make() {
    this.records = path.join(this.work, 'records.ndjson');
    execFileSync(this.program, ['generate', '--chats', this.chats, '--days', 365, '--agents', 200,
      '--seed', 1, '--end', '2022-01-01T00:00:00Z'], { stdio: ['ignore', fs.openSync(this.records, 'w'), 'inherit'] });
  }
  load() {
    execFileSync(this.program, ['import', '--data', this.data, '--license', 1, this.records],
      { stdio: ['ignore', 'ignore', 'inherit'] });
    fs.rmSync(this.records);
    this.storeBytes = this.bytes();
    this.token = execFileSync(this.program, ['token', 'create', '--data', this.data, '--license', 1]).toString().trim();
  }
  // Each answer is made: none is kept from the time before.
  async start() {
    this.process = spawn(this.program, ['serve', '--data', this.data, '--listen', '127.0.0.1:0',
      '--max-kept-bytes', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    await new Promise((resolve, reject) => {
      let log = '';
      this.process.stderr.on('data', (text) => {
        log += text;
        const serving = log.match(/serving .* on http:\/\/127\.0\.0\.1:(\d+)/);
        if (serving) { this.port = Number(serving[1]); resolve(); }
      });
      this.process.once('close', () => reject(new Error(log)));
    });
  }
  ask(question) {
    return new Promise((resolve, reject) => {
      const request = http.request({
        agent: this.agent, port: this.port, host: '127.0.0.1', method: 'POST',
        path: question.address,
        headers: { Authorization: 'Bearer ' + this.token, 'Content-Length': Buffer.byteLength(question.body) },
      }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece) => { text += piece; });
        response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))));
      });
      request.on('error', reject);
      request.end(question.body);
    });
  }
  // Its own times, without a network and over the same files: a line a question.
  engineTimes() {
    const file = path.join(this.work, 'questions.tsv');
    fs.writeFileSync(file, questions.map((q) => `${q.address}\t${q.body}\n`).join(''));
    const lines = execFileSync(path.join(this.programs, 'questions_bench'),
      ['--folder', path.join(this.data, 'engine'), '--questions', file, '--seconds', this.seconds / 4],
      { maxBuffer: 1 << 26 }).toString().split('\n');
    this.engineNote = lines[0].slice(2);
    return lines.slice(1, -1).map((line) => {
      const [engine, engineP99, whole, wholeP99] = line.split('\t').map(Number);
      return { engine: engine / 1000, engineP99: engineP99 / 1000, whole: whole / 1000, wholeP99: wholeP99 / 1000 };
    });
  }
  bytes() {
    return Number(execFileSync('du', ['-sb', this.data]).toString().split('\t')[0]);
  }
  memory() {
    const status = fs.readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(status.match(/VmRSS:\s+(\d+)/)[1]) * 1024;
  }
  async stop() {
    if (!this.process) return;
    const ended = new Promise((resolve) => this.process.on('close', resolve));
    this.process.kill('SIGTERM');
    await ended;
  }
}

// The statements of a question, prepared where the peer can; run, they are all that is timed. What
// becomes of their rows is not.
async function prepare(peer, question) {
  const asked = new Asked(question, peer.dialect);
  const report = reports[question.report];
  const statements = [];
  for (const sql of report.statements(asked)) statements.push(await peer.prepare(sql));
  const run = async () => {
    const rows = [];
    for (const statement of statements) rows.push(await statement());
    return rows;
  };
  return { run, answer: async () => report.answer(asked, await run()) };
}

function difference(left, right, at = '') {
  if (isDeepStrictEqual(left, right)) return null;
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) {
    return `${at}: ${JSON.stringify(left)} is not ${JSON.stringify(right)}`;
  }
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = difference(left[key], right[key], `${at}.${key}`);
    if (found) return found;
  }
  return null;
}

const milliseconds = (time) => (time >= 100 ? time.toFixed(0) : time >= 1 ? time.toFixed(1) : time.toFixed(3));

async function main() {
  const given = options();
  const facts = path.join(given.work, 'facts');
  fs.mkdirSync(facts, { recursive: true });
  say(`Making the tables of ${given.chats} chats`);
  execFileSync(path.join(given.programs, 'peers_facts'), ['--chats', given.chats, '--into', facts]);

  const ours = new ChatReports(given);
  say('Making the records for chatreports');
  ours.make();
  say('chatreports: loading');
  const [loadSeconds] = await secondsOf(() => ours.load());
  const [firstStartSeconds] = await secondsOf(() => ours.start());
  await ours.stop();
  const [startSeconds] = await secondsOf(() => ours.start());
  const answers = [];
  const overHttp = [];
  try {
    for (const question of questions) {
      answers.push(await ours.ask(question));
      overHttp.push(await timesOf(() => ours.ask(question), given.seconds));
    }
  } finally {
    ours.memoryBytes = ours.memory();
    await ours.stop();
  }
  say('Our engine alone');
  const engine = ours.engineTimes();

  const measured = [];
  let differences = 0;
  for (const name of given.peers) {
    const peer = new peers[name](given.work);
    say(`${peer.name}: loading`);
    try {
      await peer.start();
      [peer.loadSeconds] = await secondsOf(() => peer.load(facts));
      peer.times = [];
      for (const [at, question] of questions.entries()) {
        const prepared = await prepare(peer, question);
        const found = difference(answers[at], await prepared.answer());
        if (found) {
          differences += 1;
          say(`${peer.name} answers otherwise: ${question.name}: ${found}`);
          peer.times.push(null);
          continue;
        }
        peer.times.push(await timesOf(prepared.run, given.seconds));
      }
      peer.diskBytes = peer.bytes();
      measured.push(peer);
    } finally {
      await peer.stop();
    }
  }

  const perChat = (bytes) => (bytes / given.chats).toFixed(0);
  const table = [];
  const line = (...cells) => table.push('| ' + cells.join(' | ') + ' |');
  line('', 'version', 'load, s', 'bytes of disk a chat');
  line('---', '---', '---', '---');
  line('chatreports', '', loadSeconds.toFixed(1), `${perChat(ours.storeBytes)} + ${perChat(ours.bytes() - ours.storeBytes)}`);
  for (const peer of measured) line(peer.name, peer.version, peer.loadSeconds.toFixed(1), perChat(peer.diskBytes));
  table.push('', 'chatreports loads from JSON, the others from tables of the facts; what it keeps is its store and, ' +
    `as a cache, the engine's files. Its first start makes these from the store, in ${firstStartSeconds.toFixed(1)} s; ` +
    `any other takes ${startSeconds.toFixed(2)} s, the process and a first connection included. ` +
    `While it serves it has ${perChat(ours.memoryBytes)} bytes of memory a chat, mapped files included; ` +
    `the engine alone: ${ours.engineNote}.`, '');
  line('question', 'engine', 'p99', 'over HTTP', ...measured.map((peer) => peer.name + ' (p99)'),
    'best ÷ engine', 'best ÷ HTTP');
  line(...Array(6 + measured.length).fill('---'));
  const ratios = [];
  const httpRatios = [];
  for (const [at, question] of questions.entries()) {
    const medians = measured.map((peer) => peer.times[at] && median(peer.times[at]));
    const best = Math.min(...medians.filter((time) => time !== null));
    const ratio = best / engine[at].engine;
    const httpRatio = best / median(overHttp[at]);
    if (Number.isFinite(ratio)) {
      ratios.push({ ratio, name: question.name });
      httpRatios.push(httpRatio);
    }
    line(question.name, milliseconds(engine[at].engine), milliseconds(engine[at].engineP99),
      milliseconds(median(overHttp[at])),
      ...measured.map((peer) => (peer.times[at]
        ? `${milliseconds(median(peer.times[at]))} (${milliseconds(p99(peer.times[at]))})` : 'differs')),
      ratio.toFixed(0), httpRatio.toFixed(0));
  }
  const least = ratios.reduce((left, right) => (left.ratio < right.ratio ? left : right));
  table.push('', `${questions.length} questions, medians in milliseconds; all answers of all peers are the same` +
    (differences === 0 ? '' : ` but for ${differences}`) + '. Against the best peer of each question: geometric mean ' +
    `${geometricMean(ratios.map((r) => r.ratio)).toFixed(0)} × for the engine, least ${least.ratio.toFixed(1)} × ` +
    `(${least.name}); ${geometricMean(httpRatios).toFixed(0)} × for whole HTTP requests.`);
  process.stdout.write(table.join('\n') + '\n');
  process.exitCode = differences === 0 ? 0 : 1;
}

main().catch((error) => { say(error.stack ?? String(error)); process.exitCode = 1; });
