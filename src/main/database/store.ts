/**
 * The open database as the rest of main uses it: reading and writing as values, whatever happens
 * underneath. Nothing is thrown out of `read` and `write`.
 */
import { failed, success, type Outcome } from '../../shared/failure';
import { abandoned } from './abandoned-table';
import { additions } from './addition-table';
import { budget } from './rate-limit-table';
import { bulk } from './bulk-table';
import { Changes, createChangeFeed, type Writer } from './change-feed';
import type { OnUnreadable } from './columns';
import type { Context } from './context';
import { credentials } from './credential-table';
import type { Database } from './database';
import { drafts } from './draft-table';
import { storeFailure } from './failures';
import { organizations } from './organization-table';
import { list } from './list/list-queries';
import type { ListWork } from './list/builder';
import { ListIndex } from './list/list-index';
import { ListDamage } from './list/list-tables';
import { outbox } from './outbox-table';
import { profiles } from './profile-table';
import { revisions } from './revision-table';
import { settings } from './setting-table';
import type { Store, Tables } from './tables';

/** What a store needs from outside. */
export interface StoreOptions {
  /** Now, ms since the epoch. */
  now: () => number;
  /** Told of errors nobody foresaw, for the log. */
  onUnexpected?: (error: unknown) => void;
  /** Told once of every stored row that could not be understood, for the log. */
  onUnreadable?: OnUnreadable;
  /** How long to wait for another process that holds the database, ms. */
  busyTimeout?: number;
}

function tablesOf(context: Context, index: ListIndex): Tables {
  return {
    credentials: credentials(context),
    organizations: organizations(context),
    list: list(context, index),
    profiles: profiles(context),
    drafts: drafts(context),
    outbox: outbox(context),
    bulk: bulk(context),
    abandoned: abandoned(context),
    revisions: revisions(context),
    settings: settings(context),
    budget: budget(context),
    additions: additions(context),
  };
}

/** Passes on each row once: the list is read over and over. */
function once(onUnreadable: OnUnreadable): OnUnreadable {
  const told = new Set<string>();
  return (row) => {
    const key = `${row.table} ${row.id}`;
    if (told.has(key)) return;
    told.add(key);
    onUnreadable(row);
  };
}

/** A store, and what keeps its list in shape. */
export interface BuiltStore {
  store: Store;
  list: ListWork;
}

/**
 * A store over an open, migrated database.
 *
 * @param path the database file
 * @param onDamage called when a statement finds damage while running; the next opening must look
 */
export function createStore(
  database: Database,
  path: string,
  options: StoreOptions,
  onDamage: () => void,
): BuiltStore {
  const onUnexpected = options.onUnexpected ?? (() => undefined);
  const changes = createChangeFeed(onUnexpected);
  const marks = new Changes();
  const index = new ListIndex({ database, path, onUnexpected, onDamage });
  const context: Context = {
    sql: database,
    changes: marks,
    rows: index,
    now: options.now,
    onUnreadable: once(options.onUnreadable ?? (() => undefined)),
  };
  const tables = tablesOf(context, index);
  index.open(context);

  function transact<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: (tables: Tables) => T): T {
    if (busy) throw new Error('a transaction inside another');
    busy = true;
    try {
      return database.transaction(begin, () => {
        // Left over from one that was rolled back.
        marks.take();
        index.begin();
        const value = work(tables);
        // Its rest would run after the commit: half of it durable, half of it not.
        if (value instanceof Promise) throw new Error('work of a transaction must not wait');
        if (begin === 'BEGIN IMMEDIATE') index.update();
        return value;
      });
    } catch (error) {
      index.rolledBack();
      throw error;
    } finally {
      busy = false;
    }
  }

  /** Damage of the list is none of the database: without the list, the same work succeeds. */
  function withoutDamagedList<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ListDamage)) throw error;
      index.damaged(error);
      changes.memory((memory) => memory.topic('list'));
      return work();
    }
  }

  function attempt<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: (tables: Tables) => T): Outcome<T> {
    // What was under way when the app quit may still want to say how it ended.
    if (closed) return failed('app.stopping');
    try {
      return success(withoutDamagedList(() => transact(begin, work)));
    } catch (error) {
      const failure = storeFailure(error, path);
      if (failure?.code === 'store.damaged') onDamage();
      if (failure) return { ok: false, failure };
      onUnexpected(error);
      return failed('app.unexpected');
    }
  }

  let busy = false;
  let closed = false;
  const store: Store = {
    read: (work) => attempt('BEGIN', work),
    write(work, by: Writer | null = null) {
      const outcome = attempt('BEGIN IMMEDIATE', work);
      if (outcome.ok) changes.committed(marks, by);
      return outcome;
    },
    changes,
    close() {
      closed = true;
      try {
        database.close();
      } catch (error) {
        onUnexpected(error);
      }
    },
  };
  return {
    store,
    list: {
      work: (ms) => (closed ? success(false) : index.work(ms)),
      get isBuilt() {
        return index.isBuilt;
      },
    },
  };
}
