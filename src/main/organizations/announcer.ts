/**
 * Tells the window what changed. Many changes in a row become one event: they are gathered until the
 * current piece of work is done, then rows and pages are read from the database once. Thousands are told
 * in parts, so that neither main nor the window is held up by them. The page a person looks at waits for
 * none of that: a save is confirmed on screen when it is confirmed.
 */
import type { OrganizationRow } from '../../shared/organization';
import type { Emit } from '../ipc';
import type { Store } from '../store/tables';
import type { Progress } from '../sync/progress';
import { rowOf } from './row';
import { viewOf } from './view';

/** What others call when something changed. */
export interface Announcer {
  /** The person looks at this page: it is told at once, however many others changed. */
  opened(id: string): void;
  organization(id: string): void;
  removed(id: string): void;
  /** Sign-ins show on the rows and pages of all their organizations. */
  everything(): void;
}

/** Conflicts whose pages are told at once. */
const CONFLICTS_AT_ONCE = 20;
/** Rows told at once: some milliseconds of work on either side. */
const ROWS_AT_ONCE = 1_000;

/** What the announcer needs. */
export interface AnnouncerOptions {
  store: Store;
  progress: Progress;
  emit: Emit;
  /** Runs a function soon, and not too often: what is in the list. */
  later: (work: () => void) => void;
  /** Runs a function after the current piece of work; `setImmediate` in the app. */
  atOnce: (work: () => void) => void;
  /** Runs a function after a while: the database could not be read, and may be read again then. */
  afterWhile: (work: () => void) => void;
  /** Called after the window was told: what it shows of sign-ins counts organizations and changes. */
  onTold: () => void;
}

/** Builds the announcer. */
export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { store, progress, emit, later, atOnce, afterWhile, onTold } = options;
  let changed = new Set<string>();
  let removed = new Set<string>();
  let all = false;
  let due = false;
  let open: string | null = null;
  let openDue = false;
  /** The open page has not been told since everything changed. */
  let openLeft = false;

  /**
   * The pages to tell: those on which the person may have chosen already, and before them the open one,
   * where it was not told at once.
   */
  function pages(rows: readonly OrganizationRow[]): string[] {
    const conflicts = rows.filter(({ id, state }) => state === 'decide' && id !== open);
    const ids = conflicts.slice(0, CONFLICTS_AT_ONCE).map(({ id }) => id);
    return openLeft && rows.some(({ id }) => id === open) ? [open!, ...ids] : ids;
  }

  function tellOpen(): void {
    openDue = false;
    const page = store.read((tables) => open && viewOf(tables, open, progress));
    if (page.ok && page.value) emit('organizationChanged', page.value);
  }

  /** Takes the next part of what is to be told, the open page first; null when it cannot be read. */
  function take(): string[] | null {
    if (all) {
      const every = store.read((tables) => tables.organizations.ids());
      if (!every.ok) return null;
      for (const id of every.value) changed.add(id);
      all = false;
    }
    const rest = [...changed].filter((id) => id !== open);
    const ids = open !== null && changed.has(open) ? [open, ...rest] : rest;
    changed = new Set(ids.slice(ROWS_AT_ONCE));
    return ids.slice(0, ROWS_AT_ONCE);
  }

  /** Tells the next part; false when the database could not be read, and nothing of it is forgotten. */
  function tellPart(): boolean {
    const ids = take();
    if (!ids) return false;
    const read = store.read((tables) => {
      const rows = tables.organizations
        .entries(ids)
        .map((entry) => rowOf(entry, progress.of(entry.organization.id).step));
      const views = pages(rows).flatMap((id) => viewOf(tables, id, progress) ?? []);
      return { rows, views };
    });
    if (!read.ok) {
      changed = new Set([...ids, ...changed]);
      return false;
    }
    emit('rowsChanged', { rows: read.value.rows, removed: [...removed] });
    removed = new Set();
    for (const view of read.value.views) emit('organizationChanged', view);
    openLeft = false;
    return true;
  }

  function tell(): void {
    due = false;
    if (!tellPart()) soon(afterWhile);
    else if (changed.size > 0) soon();
    else onTold();
  }

  function soon(when = later): void {
    if (due) return;
    due = true;
    when(tell);
  }

  return {
    opened(id) {
      open = id;
    },
    organization(id) {
      // Added again: it is there.
      removed.delete(id);
      changed.add(id);
      soon();
      if (id !== open || openDue) return;
      openDue = true;
      atOnce(tellOpen);
    },
    removed(id) {
      changed.delete(id);
      removed.add(id);
      soon();
    },
    everything() {
      all = true;
      openLeft = true;
      soon();
    },
  };
}
