/**
 * Tells the window what changed. Many changes in a row become one event: they are gathered until the
 * current piece of work is done, then rows and pages are read from the database once.
 */
import type { OrganizationView } from '../../shared/organization';
import type { Emit } from '../ipc';
import type { Store } from '../store/tables';
import type { Progress } from '../sync/progress';
import { rowOf } from './row';
import { viewOf } from './view';

/** What others call when something changed. */
export interface Announcer {
  /** The person looks at this page: it is told first, however many others changed. */
  opened(id: string): void;
  organization(id: string): void;
  removed(id: string): void;
  /** Sign-ins show on the rows and pages of all their organizations. */
  everything(): void;
}

/** Pages are only sent for a few changed organizations at once; a bulk change sends rows alone. */
const PAGES_AT_ONCE = 20;

/** What the announcer needs. */
export interface AnnouncerOptions {
  store: Store;
  progress: Progress;
  emit: Emit;
  /** Runs a function after the current piece of work; `setImmediate` in the app. */
  later: (work: () => void) => void;
  /** Called after the window was told: what it shows of sign-ins counts organizations and changes. */
  onTold: () => void;
}

/** Builds the announcer. */
export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { store, progress, emit, later, onTold } = options;
  let changed = new Set<string>();
  let removed = new Set<string>();
  let all = false;
  let due = false;
  let open: string | null = null;

  /** The pages to tell: the open one, which also shows its sign-in, then the others. */
  function pages(ids: readonly string[], everything: boolean): string[] {
    if (open === null || !(everything || ids.includes(open))) return ids.slice(0, PAGES_AT_ONCE);
    return [open, ...ids.filter((id) => id !== open)].slice(0, PAGES_AT_ONCE);
  }

  function tell(): void {
    const ids = [...changed];
    const gone = [...removed];
    const everything = all;
    changed = new Set();
    removed = new Set();
    all = false;
    due = false;
    const read = store.read((tables) => ({
      rows: tables.organizations
        .entries(everything ? undefined : ids)
        .map((entry) => rowOf(entry, progress.of(entry.organization.id).step)),
      views: pages(ids, everything)
        .map((id) => viewOf(tables, id, progress))
        .filter((view): view is OrganizationView => view !== null),
    }));
    if (!read.ok) return;
    emit('rowsChanged', { rows: read.value.rows, removed: gone });
    for (const view of read.value.views) emit('organizationChanged', view);
    onTold();
  }

  function soon(): void {
    if (due) return;
    due = true;
    later(tell);
  }

  return {
    opened(id) {
      open = id;
    },
    organization(id) {
      changed.add(id);
      soon();
    },
    removed(id) {
      changed.delete(id);
      removed.add(id);
      soon();
    },
    everything() {
      all = true;
      soon();
    },
  };
}
