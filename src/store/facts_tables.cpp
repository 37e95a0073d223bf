#include "store/facts_tables.h"

namespace chatreports::store {

// The key of a table that may be large is the number of the change that made the row, so new rows
// are at its end. `changed` is the number of the row's last change if that is another one. So what
// has changed after a number is the end of the table and the end of a small index.
//
// Every row has a checksum of its other columns (row_checksum.h).
const char* const facts_tables = R"sql(
  -- change: the last number that was given to a change, so that none is given twice.
  -- deleted: the number of the last deletion, or of the end of its rows. traces: of the last one that
  -- has removed something. compacted: the files have no traces of deletions up to this one.
  -- indexed: all rows up to this number are in row_index. digest_seed: of the digests there.
  -- stamp: the latest time of receipt that a record was given.
  CREATE TABLE counters(
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL,
    checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO counters
    VALUES('change', 0, 0), ('indexed', 0, 0), ('digest_seed', random(), 0), ('stamp', 0, 0),
    ('deleted', 0, 0), ('traces', 0, 0), ('compacted', 0, 0);
  UPDATE counters SET checksum = row_checksum(10, name, value);

  -- Who has written, and from which change on. Files made from the changes up to some number can
  -- tell whether the store still holds these changes, or was restored from a backup and has been
  -- written since.
  CREATE TABLE origins(
    number INTEGER NOT NULL PRIMARY KEY,
    id INTEGER NOT NULL,
    first_change INTEGER NOT NULL) STRICT;

  -- complete_since: the change that brought the chat record; NULL until there is one; 0 stands for
  -- thread_number. thread_id, chat_id: a text, or packed into a blob (stored_id.h). chat_id: NULL
  -- if it is not known; an index over it is made when the first webhook comes, so that an import of
  -- archives need not pay for it.
  CREATE TABLE threads(
    thread_number INTEGER NOT NULL PRIMARY KEY,
    changed INTEGER,
    license INTEGER NOT NULL,
    thread_id ANY NOT NULL,
    complete_since INTEGER,
    chat_id ANY,
    record BLOB NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
  CREATE INDEX threads_by_change ON threads(changed) WHERE changed IS NOT NULL;

  -- The started_at that a complete thread had before that change.
  CREATE TABLE thread_moves(
    thread_number INTEGER NOT NULL,
    change INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY(thread_number, change)) STRICT, WITHOUT ROWID;

  -- The updates that webhooks sent of a chat without naming a thread.
  CREATE TABLE chats(
    license INTEGER NOT NULL,
    chat_id TEXT NOT NULL,
    updates BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY(license, chat_id)) STRICT, WITHOUT ROWID;

  CREATE TABLE greeting_events(
    event_number INTEGER NOT NULL PRIMARY KEY,
    changed INTEGER,
    license INTEGER NOT NULL,
    unique_id TEXT NOT NULL,
    event INTEGER NOT NULL,
    greeting_id INTEGER NOT NULL,
    group_id INTEGER,
    at INTEGER NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
  CREATE INDEX greeting_events_by_change ON greeting_events(changed) WHERE changed IS NOT NULL;

  -- The greeting event as it was before that change, which replaced it.
  CREATE TABLE greeting_event_replacements(
    event_number INTEGER NOT NULL,
    change INTEGER NOT NULL,
    greeting_id INTEGER NOT NULL,
    group_id INTEGER,
    at INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY(event_number, change)) STRICT, WITHOUT ROWID;

  CREATE TABLE agent_statuses(
    status_number INTEGER NOT NULL PRIMARY KEY,
    changed INTEGER,
    license INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
  CREATE INDEX agent_statuses_by_change ON agent_statuses(changed) WHERE changed IS NOT NULL;

  -- change: the last one of the row; agents and groups are few.
  -- group_ids: from the agent's own record. webhook_group_ids: the groups whose webhooks name the
  -- agent as a member. updated_at: the time of the last webhook about the agent; NULL if there was
  -- none. is_deleted: by a webhook.
  CREATE TABLE agents(
    change INTEGER NOT NULL PRIMARY KEY,
    license INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    name TEXT,
    timezone TEXT,
    group_ids BLOB,
    updated_at INTEGER,
    is_deleted INTEGER NOT NULL DEFAULT 0,
    webhook_group_ids BLOB,
    is_bot INTEGER NOT NULL DEFAULT 0,
    checksum INTEGER NOT NULL,
    UNIQUE(license, agent_id)) STRICT;

  -- members: the ids of the group's agents from its last webhook that lists them, and its time.
  CREATE TABLE groups(
    change INTEGER NOT NULL PRIMARY KEY,
    license INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    name TEXT,
    members BLOB,
    members_updated_at INTEGER,
    checksum INTEGER NOT NULL,
    UNIQUE(license, group_id)) STRICT;

  -- What was deleted (deletions.h). kind: DeletionKind. subject: a digest of the thread's id; or the
  -- digest that takes the place of the agent's id; or the time, if a later one was deleted before it;
  -- else empty. examined: the rows up to this number are gone; NULL if all are.
  CREATE TABLE deletions(
    license INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    subject BLOB NOT NULL,
    before INTEGER,
    change INTEGER NOT NULL,
    examined INTEGER,
    checksum INTEGER NOT NULL,
    PRIMARY KEY(license, kind, subject)) STRICT, WITHOUT ROWID;
  CREATE INDEX deletions_under_way ON deletions(change) WHERE examined IS NOT NULL;

  -- answer_id: '' for the field itself.
  CREATE TABLE form_labels(
    license INTEGER NOT NULL,
    form_id TEXT NOT NULL,
    field_id TEXT NOT NULL,
    answer_id TEXT NOT NULL,
    label TEXT NOT NULL,
    at INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY(license, form_id, field_id, answer_id)) STRICT, WITHOUT ROWID;

  -- How far the chats of a licence were fetched from another system (chat::FetchState). Without the
  -- row, or if it is damaged, they are fetched again.
  CREATE TABLE fetch_states(
    license INTEGER NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    checksum INTEGER NOT NULL) STRICT;

  -- Texts that records name by number, from 1 without a gap (string_table.h).
  CREATE TABLE strings(
    number INTEGER NOT NULL PRIMARY KEY,
    string TEXT NOT NULL,
    checksum INTEGER NOT NULL) STRICT;

  -- number: of a row of threads, greeting_events or agent_statuses (row_index.h).
  CREATE TABLE row_index(
    digest INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY(digest, number)) STRICT, WITHOUT ROWID;

  -- The number of rows and the sum of their checksums for each licence and table (totals.h).
  -- license: -1 for tables that belong to all licences. of_table: CheckedTable.
  CREATE TABLE totals(
    license INTEGER NOT NULL,
    of_table INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY(license, of_table)) STRICT, WITHOUT ROWID;
)sql";

}  // namespace chatreports::store
