'use strict';
// The peers: each loads the tables of a folder, answers statements with rows, and tells how many bytes
// it keeps. Sorted by time, with the indexes and statistics that somebody who knows it would give it.

const fs = require('fs');
const http = require('http');
const path = require('path');
const { execFileSync, spawn, spawnSync } = require('child_process');
const dialects = require('./dialects');

const bytesOf = (folder) => Number(execFileSync('du', ['-sb', folder]).toString().split('\t')[0]);

// The columns of the tables, as the files have them: texts of which there are few, ids of which there are
// many, lists of texts or integers.
const tables = {
  chats: ['thread int', 'started_at int', 'duration int', 'agents_chatting int', 'first_wait int?',
    'response_time int?', 'first_responder text?', 'started_by int', 'rating int?', 'continuous int',
    'greeting int?', 'plan text?', 'country text?', 'queue_outcome int?', 'queue_wait int?', 'agents texts', 'tags texts', 'groups ints', 'event_types texts',
    'goals ints', 'sales ints'],
  submissions: ['thread int', 'started_at int', 'number int', 'type text', 'form text',
    'submitted_at int', 'answers texts', 'groups ints'],
  waits: ['thread int', 'started_at int', 'outcome int', 'waited int', 'queued_at int', 'thread_id id',
    'chat_id id', 'visitor id', 'group_id int', 'has_pre_chat int'],
  labels: ['form text', 'field text', 'answer text', 'label text'],
  greeting_events: ['happened_at int', 'event int', 'greeting int', 'group_id int?'],
  chatting: ['thread int', 'agent text', 'from_at int', 'to_at int'],
  statuses: ['agent text', 'status int', 'from_at int', 'to_at int'],
};
const order = {
  chats: 'started_at', submissions: 'started_at', waits: 'started_at', labels: 'form',
  greeting_events: 'happened_at', chatting: 'from_at', statuses: 'from_at',
};
const columnsOf = (table) => tables[table].map((column) => column.split(' '));

class DuckDb {
  constructor(folder) {
    this.name = 'DuckDB';
    this.dialect = dialects.duckdb;
    this.file = path.join(folder, 'duckdb.db');
  }
  async start() {
    const { DuckDBInstance } = require('@duckdb/node-api');
    this.instance = await DuckDBInstance.create(this.file);
    this.connection = await this.instance.connect();
    this.version = (await this.query('SELECT version()'))[0][0];
  }
  async load(facts) {
    for (const table of Object.keys(tables)) {
      const select = columnsOf(table).map(([name, type]) => {
        if (type === 'texts') return `CASE WHEN coalesce(${name}, '') = '' THEN [] ELSE string_split(${name}, '|') END AS ${name}`;
        if (type === 'ints') {
          return `CASE WHEN coalesce(${name}, '') = '' THEN []::BIGINT[] ELSE string_split(${name}, '|')::BIGINT[] END AS ${name}`;
        }
        return `${name}::${type.startsWith('int') ? 'BIGINT' : 'VARCHAR'} AS ${name}`;
      });
      const columns = columnsOf(table).map(([name]) => `'${name}': 'VARCHAR'`).join(', ');
      await this.connection.run(
        `CREATE TABLE ${table} AS SELECT ${select.join(', ')} FROM read_csv('${facts}/${table}.tsv', ` +
        `delim='\t', header=false, nullstr='\\N', quote='', escape='', auto_detect=false, ` +
        `columns={${columns}}) ORDER BY ${order[table]}`);
    }
    await this.connection.run('CHECKPOINT; ANALYZE');
  }
  async query(sql) {
    return (await this.connection.runAndReadAll(sql)).getRows();
  }
  async prepare(sql) {
    const statement = await this.connection.prepare(sql);
    return async () => (await statement.runAndReadAll()).getRows();
  }
  bytes() {
    return bytesOf(this.file);
  }
  stop() {
    this.connection?.closeSync();
    this.instance?.closeSync();
  }
}

class ClickHouse {
  constructor(folder) {
    this.name = 'ClickHouse';
    this.dialect = dialects.clickhouse;
    this.folder = path.join(folder, 'clickhouse');
  }
  async start() {
    const { Session } = require('chdb');
    this.session = new Session(this.folder);
    this.session.query('CREATE DATABASE IF NOT EXISTS facts');
    this.version = (await this.query('SELECT version()'))[0][0];
  }
  async load(facts) {
    const types = { int: 'Int64', 'int?': 'Nullable(Int64)', text: 'LowCardinality(String)',
      'text?': 'LowCardinality(Nullable(String))', id: 'String', texts: 'Array(LowCardinality(String))',
      ints: 'Array(Int64)' };
    for (const table of Object.keys(tables)) {
      const columns = columnsOf(table).map(([name, type]) => `${name} ${types[type]}`).join(', ');
      this.session.query(`CREATE TABLE facts.${table} (${columns}) ENGINE = MergeTree ORDER BY ${order[table]}`);
      const structure = columnsOf(table).map(([name, type]) =>
        `${name} ${type.endsWith('?') ? (type.startsWith('int') ? 'Nullable(Int64)' : 'Nullable(String)')
          : type === 'int' ? 'Int64' : 'String'}`).join(', ');
      const select = columnsOf(table).map(([name, type]) => {
        if (type === 'texts') return `if(${name} = '', [], splitByChar('|', ${name}))`;
        if (type === 'ints') return `arrayMap(x -> toInt64(x), if(${name} = '', [], splitByChar('|', ${name})))`;
        return name;
      });
      this.session.query(`INSERT INTO facts.${table} SELECT ${select.join(', ')} FROM ` +
        `file('${facts}/${table}.tsv', 'TSV', '${structure}')`);
      this.session.query(`OPTIMIZE TABLE facts.${table} FINAL`);
    }
  }
  // Its tables are named with their database.
  async query(sql) {
    const named = sql.replace(new RegExp(`\\b(FROM|JOIN) (${Object.keys(tables).join('|')})\\b`, 'g'),
      '$1 facts.$2');
    const text = this.session.query(named, 'JSONCompactEachRow');
    return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  }
  async prepare(sql) {
    return () => this.query(sql);
  }
  bytes() {
    return bytesOf(this.folder);
  }
  stop() {
    this.session?.cleanup();
  }
}

// Debian's own, which is of 2018. It answers over HTTP and is asked so: a time is that of the whole
// request, where the other ClickHouse is within the process. It runs as whoever starts it, apart from the
// service of its package.
class ClickHouseServer {
  constructor(folder) {
    this.name = 'ClickHouse 18 (server)';
    this.dialect = dialects.clickhouseServer;
    this.folder = path.resolve(folder, 'clickhouse-server');
    this.port = 54_330;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  }
  async start() {
    fs.mkdirSync(this.folder);
    const file = path.join(this.folder, 'config.xml');
    fs.writeFileSync(file, `<yandex>
      <logger>
        <level>warning</level><log>${this.folder}/log</log><errorlog>${this.folder}/errors</errorlog>
      </logger>
      <listen_host>127.0.0.1</listen_host>
      <http_port>${this.port}</http_port>
      <tcp_port>${this.port + 1}</tcp_port>
      <keep_alive_timeout>600</keep_alive_timeout>
      <path>${this.folder}/data/</path>
      <tmp_path>${this.folder}/tmp/</tmp_path>
      <format_schema_path>${this.folder}/schemas/</format_schema_path>
      <user_files_path>/</user_files_path>
      <mark_cache_size>1000000000</mark_cache_size>
      <uncompressed_cache_size>4000000000</uncompressed_cache_size>
      <timezone>UTC</timezone>
      <default_profile>default</default_profile>
      <default_database>default</default_database>
      <profiles><default>
        <max_memory_usage>12000000000</max_memory_usage>
        <use_uncompressed_cache>1</use_uncompressed_cache>
        <allow_experimental_low_cardinality_type>1</allow_experimental_low_cardinality_type>
        <output_format_json_quote_64bit_integers>0</output_format_json_quote_64bit_integers>
      </default></profiles>
      <quotas><default></default></quotas>
      <users><default>
        <password></password><networks><ip>127.0.0.1</ip></networks>
        <profile>default</profile><quota>default</quota>
      </default></users>
    </yandex>`);
    this.process = spawn('/usr/sbin/clickhouse-server', [`--config-file=${file}`], { stdio: 'ignore' });
    this.ended = new Promise((resolve) => {
      this.process.once('error', resolve);
      this.process.once('close', resolve);
    });
    let isOver = false;
    this.ended.then(() => { isOver = true; });
    while (!(await this.request('GET', '/ping').catch(() => ''))) {
      if (isOver) throw new Error(`clickhouse-server has not started: see ${this.folder}/errors`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.version = (await this.query('SELECT version()'))[0][0];
  }
  request(method, target, body = '') {
    return new Promise((resolve, reject) => {
      const request = http.request({
        agent: this.agent, port: this.port, host: '127.0.0.1', method, path: target,
        headers: { 'Content-Length': Buffer.byteLength(body) },
      }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece) => { text += piece; });
        response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
      });
      request.on('error', reject);
      request.end(body);
    });
  }
  run(sql) {
    return this.request('POST', '/', sql);
  }
  async load(facts) {
    const types = {
      int: 'Int64', 'int?': 'Nullable(Int64)', text: 'LowCardinality(String)',
      'text?': 'LowCardinality(Nullable(String))', id: 'String', texts: 'Array(LowCardinality(String))',
      ints: 'Array(Int64)',
    };
    for (const table of Object.keys(tables)) {
      const columns = columnsOf(table).map(([name, type]) => `${name} ${types[type]}`).join(', ');
      await this.run(`CREATE TABLE ${table} (${columns}) ENGINE = MergeTree ORDER BY ${order[table]}`);
      const structure = columnsOf(table).map(([name, type]) =>
        `${name} ${type.endsWith('?') ? (type.startsWith('int') ? 'Nullable(Int64)' : 'Nullable(String)')
          : type === 'int' ? 'Int64' : 'String'}`).join(', ');
      const select = columnsOf(table).map(([name, type]) => {
        const parts = `arrayFilter(x -> x != '', splitByChar('|', ${name}))`;
        if (type === 'texts') return parts;
        if (type === 'ints') return `arrayMap(x -> toInt64(x), ${parts})`;
        return name;
      });
      await this.run(`INSERT INTO ${table} SELECT ${select.join(', ')} FROM ` +
        `file('${path.resolve(facts)}/${table}.tsv', 'TabSeparated', '${structure}')`);
      await this.merge(table);
    }
    // Parts that were merged stay on the disk for some minutes, and do not count.
    [[this.partBytes]] = await this.query(
      "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'default'");
  }
  // Into one part. While parts are being merged behind, OPTIMIZE does nothing, and does not say so.
  async merge(table) {
    for (;;) {
      await this.run(`OPTIMIZE TABLE ${table} FINAL`);
      const [[parts]] = await this.query(
        `SELECT count() FROM system.parts WHERE active AND database = 'default' AND table = '${table}'`);
      if (parts <= 1) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  async query(sql) {
    return JSON.parse(await this.run(sql + ' FORMAT JSONCompact')).data;
  }
  async prepare(sql) {
    return () => this.query(sql);
  }
  bytes() {
    return this.partBytes;
  }
  async stop() {
    this.agent.destroy();
    this.process?.kill('SIGTERM');
    await this.ended;
  }
}

class PostgreSql {
  constructor(folder) {
    this.name = 'PostgreSQL';
    this.dialect = dialects.postgresql;
    this.folder = path.join(folder, 'postgresql');
    const versions = fs.existsSync('/usr/lib/postgresql') ? fs.readdirSync('/usr/lib/postgresql') : [];
    this.programs = `/usr/lib/postgresql/${versions.sort((a, b) => a - b).at(-1)}/bin`;
    // It refuses to run as root.
    this.as = process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
    this.port = 54_329;
    this.statements = 0;
  }
  run(program, args) {
    const [command, ...rest] = [...this.as, path.join(this.programs, program), ...args];
    const done = spawnSync(command, rest, { cwd: '/', encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${program}: ${done.stderr || done.error}`);
  }
  async start() {
    fs.mkdirSync(this.folder);
    if (this.as.length > 0) execFileSync('chown', ['postgres', this.folder]);
    this.run('initdb', ['-D', this.folder, '-U', 'bench', '-A', 'trust', '--locale=C', '-E', 'UTF8']);
    const settings = ['shared_buffers=4GB', 'work_mem=512MB', 'maintenance_work_mem=1GB',
      'effective_cache_size=12GB', 'max_parallel_workers_per_gather=2', 'jit=on', 'fsync=off',
      'max_wal_size=8GB', 'random_page_cost=1.1', 'listen_addresses=127.0.0.1', `port=${this.port}`,
      `unix_socket_directories=${this.folder}`];
    this.run('pg_ctl', ['-D', this.folder, '-w', '-l', path.join(this.folder, 'log'), '-o',
      settings.map((setting) => `-c ${setting}`).join(' '), 'start']);
    this.isStarted = true;
    const { Client } = require('pg');
    this.client = new Client({ host: '127.0.0.1', port: this.port, user: 'bench', database: 'postgres' });
    await this.client.connect();
    this.version = (await this.query('SHOW server_version'))[0][0];
  }
  async load(facts) {
    const { pipeline } = require('stream/promises');
    const { from } = require('pg-copy-streams');
    const types = { int: 'bigint', text: 'text', id: 'text', texts: 'text[]', ints: 'bigint[]' };
    for (const table of Object.keys(tables)) {
      const raw = columnsOf(table).map(([name, type]) =>
        `${name} ${type.startsWith('int') && type !== 'ints' ? 'bigint' : 'text'}`).join(', ');
      await this.client.query(`CREATE UNLOGGED TABLE raw (${raw})`);
      await pipeline(fs.createReadStream(`${facts}/${table}.tsv`), this.client.query(from('COPY raw FROM STDIN')));
      const select = columnsOf(table).map(([name, type]) => {
        if (type === 'texts') return `string_to_array(${name}, '|') AS ${name}`;
        if (type === 'ints') return `string_to_array(${name}, '|')::bigint[] AS ${name}`;
        return name;
      });
      const columns = columnsOf(table).map(([name, type]) => `${name} ${types[type.replace('?', '')]}`).join(', ');
      await this.client.query(`CREATE TABLE ${table} (${columns})`);
      await this.client.query(`INSERT INTO ${table} SELECT ${select.join(', ')} FROM raw ORDER BY ${order[table]}`);
      await this.client.query('DROP TABLE raw');
    }
    for (const index of [
      'chats (started_at) INCLUDE (continuous, rating, started_by)', 'chats USING gin (agents)',
      'chats USING gin (tags)', 'chats (thread)', 'chats (country, started_at)',
      'chats (started_at) INCLUDE (queue_outcome, queue_wait) WHERE queue_outcome IS NOT NULL',
      'waits (started_at) INCLUDE (outcome, waited)',
      'waits (started_at, thread_id) INCLUDE (has_pre_chat) WHERE outcome = 0', 'submissions (started_at)', 'submissions (type, thread)',
      'greeting_events (happened_at) INCLUDE (greeting, event)', 'chatting (from_at)', 'chatting (agent, from_at)',
      'statuses (from_at)']) {
      await this.client.query(`CREATE INDEX ON ${index}`);
    }
    await this.client.query('VACUUM ANALYZE');
  }
  async query(sql) {
    return (await this.client.query({ text: sql, rowMode: 'array' })).rows;
  }
  async prepare(sql) {
    const name = `statement${++this.statements}`;
    return async () => (await this.client.query({ name, text: sql, rowMode: 'array' })).rows;
  }
  bytes() {
    return bytesOf(path.join(this.folder, 'base'));
  }
  async stop() {
    await this.client?.end();
    if (this.isStarted) this.run('pg_ctl', ['-D', this.folder, '-m', 'immediate', 'stop']);
  }
}

class Sqlite {
  constructor(folder) {
    this.name = 'SQLite';
    this.dialect = dialects.sqlite;
    this.file = path.join(folder, 'sqlite.db');
    this.lines = [];
    this.rest = '';
  }
  async start() {
    this.process = spawn('sqlite3', ['-batch', this.file], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdout.setEncoding('utf8');
    this.process.stdout.on('data', (text) => {
      const lines = (this.rest + text).split('\n');
      this.rest = lines.pop();
      this.lines.push(...lines);
      if (this.lines.at(-1) === '-- end') this.done?.();
    });
    await this.query('PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4000000; ' +
      'PRAGMA mmap_size=16000000000; PRAGMA temp_store=MEMORY;');
    this.version = (await this.query('SELECT sqlite_version()'))[0][0];
  }
  async load(facts) {
    await this.run('.mode ascii\n.separator "\\t" "\\n"');
    const plain = {
      ...tables, chats: tables.chats.slice(0, 15), submissions: tables.submissions.slice(0, 7),
    };
    const types = { int: 'INTEGER', text: 'TEXT', id: 'TEXT', texts: 'TEXT' };
    for (const [table, columns] of Object.entries(plain)) {
      const all = tables[table].map((column) => column.split(' ')[0]);
      await this.query(`CREATE TABLE raw (${all.map((name) => name + ' TEXT').join(', ')});`);
      await this.run(`.import ${facts}/${table}.tsv raw`);
      const names = columns.map((column) => column.split(' '));
      await this.query(
        `CREATE TABLE ${table} (${names.map(([n, t]) => `${n} ${types[t.replace('?', '')]}`).join(', ')});` +
        `INSERT INTO ${table} SELECT ${names.map(([n, t]) => (t.startsWith('int')
          ? `CAST(nullif(${n}, '\\N') AS INTEGER)` : `nullif(${n}, '\\N')`)).join(', ')} FROM raw ` +
        `ORDER BY CAST(${order[table]} AS INTEGER); DROP TABLE raw;`);
    }
    for (const [table, type] of [['chat_agents', 'TEXT'], ['chat_tags', 'TEXT'], ['chat_groups', 'INTEGER']]) {
      await this.query('CREATE TABLE raw (thread INTEGER, value TEXT);');
      await this.run(`.import ${facts}/${table}.tsv raw`);
      await this.query(`CREATE TABLE ${table} (thread INTEGER, value ${type}, PRIMARY KEY (thread, value)) ` +
        `WITHOUT ROWID; INSERT INTO ${table} SELECT thread, value FROM raw ORDER BY 1, 2; DROP TABLE raw;`);
    }
    await this.query(
      'CREATE TABLE answers (thread INTEGER, number INTEGER, answer TEXT, ' +
      'PRIMARY KEY (thread, number, answer)) WITHOUT ROWID;' +
      "INSERT INTO answers WITH RECURSIVE parts(thread, number, answer, rest) AS (" +
      "SELECT thread, number, '', answers || '|' FROM submissions WHERE answers <> '' UNION ALL " +
      "SELECT thread, number, substr(rest, 1, instr(rest, '|') - 1), substr(rest, instr(rest, '|') + 1) " +
      "FROM parts WHERE rest <> '') SELECT thread, number, answer FROM parts WHERE answer <> '';" +
      'CREATE INDEX chats_by_time ON chats (started_at, continuous, rating, started_by);' +
      'CREATE INDEX chats_by_thread ON chats (thread);' +
      'CREATE INDEX chats_by_country ON chats (country, started_at, continuous, duration, agents_chatting);' +
      'CREATE INDEX queued_chats ON chats (started_at, queue_outcome, queue_wait, thread, country) ' +
      'WHERE queue_outcome IS NOT NULL;' +
      'CREATE INDEX waits_by_time ON waits (started_at, outcome, waited);' +
      'CREATE INDEX left_waits ON waits (started_at, thread_id, has_pre_chat) WHERE outcome = 0;' +
      'CREATE INDEX submissions_by_time ON submissions (started_at, form);' +
      'CREATE INDEX submissions_by_type ON submissions (type, thread);' +
      'CREATE INDEX greetings_by_time ON greeting_events (happened_at, greeting, event);' +
      'CREATE INDEX chatting_by_time ON chatting (from_at, to_at, agent);' +
      'CREATE INDEX chatting_by_agent ON chatting (agent, from_at, to_at, thread);' +
      'CREATE INDEX statuses_by_time ON statuses (from_at);' +
      'ANALYZE;');
    await this.run('.mode list\n.separator "\\t" "\\n"');
  }
  run(command) {
    return new Promise((resolve) => {
      this.lines = [];
      this.done = resolve;
      this.process.stdin.write(command + "\n.print '-- end'\n");
    });
  }
  async query(sql) {
    await this.run(sql.endsWith(';') ? sql : sql + ';');
    return this.lines.slice(0, -1).map((line) => line.split(/[\t|]/));
  }
  async prepare(sql) {
    return () => this.query(sql);
  }
  bytes() {
    return bytesOf(this.file);
  }
  stop() {
    this.process?.stdin.end('.quit\n');
  }
}

module.exports = {
  peers: {
    duckdb: DuckDb, clickhouse: ClickHouse, clickhouse_server: ClickHouseServer, postgresql: PostgreSql,
    sqlite: Sqlite,
  },
};
