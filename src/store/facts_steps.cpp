#include "store/facts_steps.h"

#include <array>

namespace chatreports::store {
namespace {

constexpr std::array steps{
    // Every table's key is the number of the row's last change (from later versions on, of most
    // tables that of its first), one sequence for all tables, so that what has changed since is the
    // end of each table. `counters` keeps the last one given, so that
    // none is given twice.
    R"sql(
      CREATE TABLE counters(
        name TEXT NOT NULL PRIMARY KEY,
        value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      INSERT INTO counters VALUES('change', 0);

      -- complete_since: the change that brought the chat record; it and started_at are NULL while
      -- only other records spoke of the thread.
      CREATE TABLE threads(
        change INTEGER NOT NULL PRIMARY KEY,
        license INTEGER NOT NULL,
        thread_id TEXT NOT NULL,
        thread_number INTEGER NOT NULL,
        complete_since INTEGER,
        started_at INTEGER,
        greeting_unique_id TEXT,
        record BLOB NOT NULL) STRICT;
      CREATE UNIQUE INDEX threads_by_id ON threads(license, thread_id);
      CREATE INDEX threads_by_greeting ON threads(license, greeting_unique_id)
        WHERE greeting_unique_id IS NOT NULL;

      -- What a complete thread's started_at was before that change, where the change gave it another.
      CREATE TABLE thread_moves(
        thread_number INTEGER NOT NULL,
        change INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        PRIMARY KEY(thread_number, change)) STRICT, WITHOUT ROWID;

      -- event_number: the change that told of it first.
      CREATE TABLE greeting_events(
        change INTEGER NOT NULL PRIMARY KEY,
        license INTEGER NOT NULL,
        unique_id TEXT NOT NULL,
        event INTEGER NOT NULL,
        event_number INTEGER NOT NULL,
        greeting_id INTEGER NOT NULL,
        group_id INTEGER,
        at INTEGER NOT NULL,
        UNIQUE(license, unique_id, event)) STRICT;

      -- What a greeting event was before that change, which replaced it.
      CREATE TABLE greeting_event_replacements(
        event_number INTEGER NOT NULL,
        change INTEGER NOT NULL,
        greeting_id INTEGER NOT NULL,
        group_id INTEGER,
        at INTEGER NOT NULL,
        PRIMARY KEY(event_number, change)) STRICT, WITHOUT ROWID;

      CREATE TABLE agents(
        change INTEGER NOT NULL PRIMARY KEY,
        license INTEGER NOT NULL,
        agent_id TEXT NOT NULL,
        name TEXT,
        timezone TEXT,
        group_ids BLOB,
        UNIQUE(license, agent_id)) STRICT;

      CREATE TABLE groups(
        change INTEGER NOT NULL PRIMARY KEY,
        license INTEGER NOT NULL,
        group_id INTEGER NOT NULL,
        name TEXT,
        UNIQUE(license, group_id)) STRICT;

      CREATE TABLE agent_statuses(
        change INTEGER NOT NULL PRIMARY KEY,
        license INTEGER NOT NULL,
        agent_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        status INTEGER NOT NULL,
        UNIQUE(license, agent_id, at)) STRICT;
    )sql",
    // What webhooks tell. A thread is changed often now, and keeps its row: what has changed since
    // is the
    // end of the table and of a small index, and no other index is touched.
    R"sql(
      -- thread_number: the change that told of it first. changed: its last change, where that is another.
      -- chat_key: tells the chat that it is a thread of; NULL where that is not known. An index over it is
      -- made when the first webhook comes: an import of archives need not pay for it.
      CREATE TABLE threads_of_version_2(
        thread_number INTEGER NOT NULL PRIMARY KEY,
        changed INTEGER,
        license INTEGER NOT NULL,
        thread_id TEXT NOT NULL,
        complete_since INTEGER,
        started_at INTEGER,
        greeting_unique_id TEXT,
        record BLOB NOT NULL,
        chat_key INTEGER) STRICT;
      INSERT INTO threads_of_version_2
        SELECT thread_number, nullif(change, thread_number), license, thread_id, complete_since, started_at,
               greeting_unique_id, record, NULL FROM threads ORDER BY thread_number;
      DROP TABLE threads;
      ALTER TABLE threads_of_version_2 RENAME TO threads;
      CREATE UNIQUE INDEX threads_by_id ON threads(license, thread_id);
      CREATE INDEX threads_by_change ON threads(changed) WHERE changed IS NOT NULL;
      CREATE INDEX threads_by_greeting ON threads(license, greeting_unique_id)
        WHERE greeting_unique_id IS NOT NULL;

      -- What was told of a chat: its properties, for threads of it that are still to come; and when its
      -- groups became which.
      CREATE TABLE chats(
        license INTEGER NOT NULL,
        chat_key INTEGER NOT NULL,
        operations BLOB NOT NULL,
        PRIMARY KEY(license, chat_key)) STRICT, WITHOUT ROWID;

      -- The time of what a webhook told last; records tell none. is_deleted: by a webhook.
      ALTER TABLE agents ADD COLUMN told_at INTEGER;
      ALTER TABLE agents ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0;
    )sql",
    // Who has written since when: whoever keeps what it made of the changes up to one of them can
    // tell whether these are still the changes that the store holds, or it was restored from a
    // backup
    // and has gone another way.
    R"sql(
      -- first_change: the one that the session was to make next when it began.
      CREATE TABLE sessions(
        number INTEGER NOT NULL PRIMARY KEY,
        id INTEGER NOT NULL,
        first_change INTEGER NOT NULL) STRICT;
    )sql",
    // Smaller rows, and one index over ids (row_index.h) in place of three.
    R"sql(
      -- complete_since: NULL while only other records spoke of the thread; 0 is thread_number.
      CREATE TABLE threads_of_version_4(
        thread_number INTEGER NOT NULL PRIMARY KEY,
        changed INTEGER,
        license INTEGER NOT NULL,
        thread_id TEXT NOT NULL,
        complete_since INTEGER,
        chat_key INTEGER,
        record BLOB NOT NULL) STRICT;
      INSERT INTO threads_of_version_4
        SELECT thread_number, changed, license, thread_id,
               iif(complete_since = thread_number, 0, complete_since), chat_key, record
        FROM threads ORDER BY thread_number;
      DROP TABLE threads;
      ALTER TABLE threads_of_version_4 RENAME TO threads;
      CREATE INDEX threads_by_change ON threads(changed) WHERE changed IS NOT NULL;

      -- As threads: event_number is the change that told of it first, changed the last where that is another.
      CREATE TABLE greeting_events_of_version_4(
        event_number INTEGER NOT NULL PRIMARY KEY,
        changed INTEGER,
        license INTEGER NOT NULL,
        unique_id TEXT NOT NULL,
        event INTEGER NOT NULL,
        greeting_id INTEGER NOT NULL,
        group_id INTEGER,
        at INTEGER NOT NULL) STRICT;
      INSERT INTO greeting_events_of_version_4
        SELECT event_number, nullif(change, event_number), license, unique_id, event, greeting_id,
               group_id, at
        FROM greeting_events ORDER BY event_number;
      DROP TABLE greeting_events;
      ALTER TABLE greeting_events_of_version_4 RENAME TO greeting_events;
      CREATE INDEX greeting_events_by_change ON greeting_events(changed) WHERE changed IS NOT NULL;

      -- As threads.
      CREATE TABLE agent_statuses_of_version_4(
        status_number INTEGER NOT NULL PRIMARY KEY,
        changed INTEGER,
        license INTEGER NOT NULL,
        agent_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        status INTEGER NOT NULL) STRICT;
      INSERT INTO agent_statuses_of_version_4
        SELECT change, NULL, license, agent_id, at, status FROM agent_statuses ORDER BY change;
      DROP TABLE agent_statuses;
      ALTER TABLE agent_statuses_of_version_4 RENAME TO agent_statuses;
      CREATE INDEX agent_statuses_by_change ON agent_statuses(changed) WHERE changed IS NOT NULL;

      -- number: of a row of threads, greeting_events or agent_statuses. Rows with a number up to the counter `indexed` are
      -- all in it.
      CREATE TABLE row_index(
        digest INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY(digest, number)) STRICT, WITHOUT ROWID;

      -- Texts that records name by their number, from 1 without a gap (text_table.h).
      CREATE TABLE texts(
        number INTEGER NOT NULL PRIMARY KEY,
        text TEXT NOT NULL) STRICT;
      INSERT INTO counters VALUES('indexed', 0), ('digest_seed', random());
    )sql",
    // Property texts of customers are kept as keyed digests. The rows that are there are
    // rewritten after this step (plain_texts.h). The counter is there until the log is emptied.
    R"sql(
      INSERT INTO counters
        SELECT 'plain_texts', 1
        WHERE EXISTS(SELECT 1 FROM threads) OR EXISTS(SELECT 1 FROM chats);
    )sql",
    // A checksum in each row (row_checksum.h, whose CheckedTable has the numbers of the tables),
    // and
    // what all rows of a licence come to (totals.h).
    R"sql(
      -- chat: the id of the chat that it is a thread of, an integer where it can be packed into one
      -- (packed_id.h); NULL where it is not known. Rows of before have had a digest of it alone.
      CREATE TABLE threads_of_version_5(
        thread_number INTEGER NOT NULL PRIMARY KEY,
        changed INTEGER,
        license INTEGER NOT NULL,
        thread_id TEXT NOT NULL,
        complete_since INTEGER,
        chat ANY,
        record BLOB NOT NULL,
        checksum INTEGER NOT NULL) STRICT;
      INSERT INTO threads_of_version_5
        SELECT *, row_checksum(0, thread_number, changed, license, thread_id, complete_since, chat, record)
        FROM (SELECT thread_number, changed, license, thread_id, complete_since,
                     iif(chat_key IS NULL, NULL, printf('#%x', chat_key)) AS chat, record
              FROM threads)
        ORDER BY thread_number;
      DROP TABLE threads;
      ALTER TABLE threads_of_version_5 RENAME TO threads;
      CREATE INDEX threads_by_change ON threads(changed) WHERE changed IS NOT NULL;

      CREATE TABLE greeting_events_of_version_5(
        event_number INTEGER NOT NULL PRIMARY KEY,
        changed INTEGER,
        license INTEGER NOT NULL,
        unique_id TEXT NOT NULL,
        event INTEGER NOT NULL,
        greeting_id INTEGER NOT NULL,
        group_id INTEGER,
        at INTEGER NOT NULL,
        checksum INTEGER NOT NULL) STRICT;
      INSERT INTO greeting_events_of_version_5
        SELECT *, row_checksum(1, event_number, changed, license, unique_id, event, greeting_id,
                               group_id, at)
        FROM greeting_events ORDER BY event_number;
      DROP TABLE greeting_events;
      ALTER TABLE greeting_events_of_version_5 RENAME TO greeting_events;
      CREATE INDEX greeting_events_by_change ON greeting_events(changed) WHERE changed IS NOT NULL;

      CREATE TABLE agent_statuses_of_version_5(
        status_number INTEGER NOT NULL PRIMARY KEY,
        changed INTEGER,
        license INTEGER NOT NULL,
        agent_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        status INTEGER NOT NULL,
        checksum INTEGER NOT NULL) STRICT;
      INSERT INTO agent_statuses_of_version_5
        SELECT *, row_checksum(2, status_number, changed, license, agent_id, at, status)
        FROM agent_statuses ORDER BY status_number;
      DROP TABLE agent_statuses;
      ALTER TABLE agent_statuses_of_version_5 RENAME TO agent_statuses;
      CREATE INDEX agent_statuses_by_change ON agent_statuses(changed) WHERE changed IS NOT NULL;

      ALTER TABLE agents ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE agents SET checksum = row_checksum(3, change, license, agent_id, name, timezone, group_ids,
                                                told_at, is_deleted);
      ALTER TABLE groups ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE groups SET checksum = row_checksum(4, change, license, group_id, name);
      ALTER TABLE chats ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE chats SET checksum = row_checksum(5, license, chat_key, operations);
      ALTER TABLE texts ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE texts SET checksum = row_checksum(6, number, text);
      ALTER TABLE thread_moves ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE thread_moves SET checksum = row_checksum(8, thread_number, change, started_at);
      ALTER TABLE greeting_event_replacements ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE greeting_event_replacements
        SET checksum = row_checksum(9, event_number, change, greeting_id, group_id, at);
      -- stamp: the latest time that was given to what was told without one.
      INSERT INTO counters VALUES('stamp', 0);
      ALTER TABLE counters ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE counters SET checksum = row_checksum(10, name, value);

      -- license: -1 for tables that belong to all of them. of_table: CheckedTable.
      CREATE TABLE totals(
        license INTEGER NOT NULL,
        of_table INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        sum INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY(license, of_table)) STRICT, WITHOUT ROWID;
      INSERT INTO totals
        SELECT license, 0, count(*), sum(checksum), 0 FROM threads GROUP BY license;
      INSERT INTO totals
        SELECT license, 1, count(*), sum(checksum), 0 FROM greeting_events GROUP BY license;
      INSERT INTO totals
        SELECT license, 2, count(*), sum(checksum), 0 FROM agent_statuses GROUP BY license;
      INSERT INTO totals SELECT license, 3, count(*), sum(checksum), 0 FROM agents GROUP BY license;
      INSERT INTO totals SELECT license, 4, count(*), sum(checksum), 0 FROM groups GROUP BY license;
      INSERT INTO totals SELECT license, 5, count(*), sum(checksum), 0 FROM chats GROUP BY license;
      INSERT INTO totals SELECT -1, 6, count(*), coalesce(sum(checksum), 0), 0 FROM texts;
      INSERT INTO totals
        SELECT -1, 7, count(*), coalesce(sum(row_checksum(7, digest, number)), 0), 0 FROM row_index;
      INSERT INTO totals SELECT -1, 8, count(*), coalesce(sum(checksum), 0), 0 FROM thread_moves;
      INSERT INTO totals
        SELECT -1, 9, count(*), coalesce(sum(checksum), 0), 0 FROM greeting_event_replacements;
      UPDATE totals SET checksum = row_checksum(11, license, of_table, rows, sum);
    )sql",
    // What forms tell of their labels.
    R"sql(
      -- answer_id: '' for the field itself.
      CREATE TABLE form_labels(
        license INTEGER NOT NULL,
        form_id TEXT NOT NULL,
        field_id TEXT NOT NULL,
        answer_id TEXT NOT NULL,
        label TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY(license, form_id, field_id, answer_id)) STRICT, WITHOUT ROWID;
    )sql",
    // Bots, and groups that tell who is in them.
    R"sql(
      -- told_group_ids: of the groups whose webhooks name the agent, beside those of its own record.
      ALTER TABLE agents ADD COLUMN told_group_ids BLOB;
      ALTER TABLE agents ADD COLUMN is_bot INTEGER NOT NULL DEFAULT 0;
      UPDATE agents SET is_bot = 1
        WHERE length(agent_id) = 32 AND agent_id NOT GLOB '*[^0-9a-fA-F]*';

      -- The ids of the agents that a webhook told last, and when.
      ALTER TABLE groups ADD COLUMN members BLOB;
      ALTER TABLE groups ADD COLUMN members_told_at INTEGER;

      UPDATE agents SET checksum = row_checksum(3, change, license, agent_id, name, timezone, group_ids,
                                                told_at, is_deleted, told_group_ids, is_bot);
      UPDATE groups SET checksum = row_checksum(4, change, license, group_id, name, members,
                                                members_told_at);
      UPDATE totals SET sum = (SELECT sum(checksum) FROM agents WHERE license = totals.license)
        WHERE of_table = 3;
      UPDATE totals SET sum = (SELECT sum(checksum) FROM groups WHERE license = totals.license)
        WHERE of_table = 4;
      UPDATE totals SET checksum = row_checksum(11, license, of_table, rows, sum);
    )sql",
    // Labels get a checksum like all other rows.
    R"sql(
      ALTER TABLE form_labels ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE form_labels
        SET checksum = row_checksum(13, license, form_id, field_id, answer_id, label, at);
      INSERT INTO totals
        SELECT license, 13, rows, sum, row_checksum(11, license, 13, rows, sum)
        FROM (SELECT license, count(*) AS rows, sum(checksum) AS sum FROM form_labels
              GROUP BY license);
    )sql"};

}  // namespace

std::span<const char* const> facts_steps() {
  return steps;
}

}  // namespace chatreports::store
