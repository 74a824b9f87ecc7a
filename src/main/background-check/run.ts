/**
 * One run of the background check over all entries that have a saved copy. It first reads the organization
 * list of each sign-in. Then it reads the profiles that the list did not confirm, one by one, starting with
 * the one checked longest ago. Entries without a saved copy are left to the initial fetch. A run over given entries
 * (`only`) reads no list, and the profile of every entry.
 */
import { ENTRY_KIND_OF } from '../../shared/organization';
import { recoveryOf, type Failure } from '../../shared/failure';
import type { Outcome } from '../../shared/outcome';
import { authorizerOf, type AuthorizationSource, type Cloudflare } from '../cloudflare';
import type { Priority, RaisablePriority } from '../rate-limit';
import type { CredentialRow, Store, Tables } from '../database';
import { checkList } from './list-pass';
import { CheckOrder, FixedOrder } from './order';

/** Concurrent reads in the background. */
const BACKGROUND_READS = 4;
/**
 * Concurrent reads after a person asked for the check, while Cloudflare answers normally. Enough for the rate
 * limit to be the only brake, even if each answer takes 150 ms.
 */
const ASKED_READS = 32;
/** How many of the newest revisions are searched for a change that a read found. */
const REVISIONS_TO_SEARCH = 4;
/** A run ends after this many failures in a row that are Cloudflare's, not one organization's. */
const MAX_FAILURES_IN_A_ROW = 8;
/** Entries skipped before the run yields to the event loop. */
const SKIPPED_PER_SLICE = 200;

/** Dependencies of a run. */
export interface CheckRunDependencies {
  store: Store;
  cloudflare: Cloudflare;
  authorizationOf: AuthorizationSource;
  now: () => number;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  /** Reads one profile and stores it. A second call during the read may raise its priority. Never rejects. */
  refresh: (
    organizationId: string,
    signal: AbortSignal,
    priority: Priority,
  ) => Promise<Outcome<null>>;
  /** Called when a list request shows that its sign-in does not work. */
  onSignInIssue: (credentialId: string, failure: Failure) => void;
}

/** Options of a run. */
export interface CheckRunOptions {
  signal: AbortSignal;
  /**
   * `background`, or `asked` from the moment a person asks for the check. An `asked` run reads faster. It also
   * tries sign-ins again whose key could not be read from the keychain, even if it has already skipped them.
   */
  priority: RaisablePriority;
  /** Ids of entries for which Cloudflare failed in the last run. Checked last, so they never block the rest. */
  checkLast: ReadonlySet<string>;
  /** Called with the numbers of entries done, and of all that can be checked. */
  onProgress: (done: number, total: number) => void;
  /** Ids of the entries to read, in this order; default: the entries that have a saved copy. */
  only?: readonly string[];
}

/** The result of a run. */
export interface CheckResult {
  /** How many entries were checked. */
  checked: number;
  /** Ids of the entries found changed. */
  changed: readonly string[];
  /** Why not everything could be checked, or null. */
  failure: Failure | null;
  /** Ids of the entries for which Cloudflare itself failed. */
  withIssue: ReadonlySet<string>;
  /** Ids of the entries without a sign-in, which cannot be checked. */
  withoutSignIn: ReadonlySet<string>;
  /** Ids of the given entries (`only`) that are no longer saved. */
  removed: ReadonlySet<string>;
}

/** A sign-in that is not used in this run, and why. */
interface SkippedSignIn {
  failure: Failure;
  entryCount: number;
}

/** Why a sign-in is not even tried, or null. */
function issueOf(row: CredentialRow | null, asked: boolean): Failure | null {
  if (!row || row.state === 'removing') return { code: 'sign-in.not-found' };
  if (asked && row.issue?.code.startsWith('keychain.')) return null;
  return row.issue;
}

/** What a failure affects: the whole run, everything of its sign-in, or one request. */
function scopeOf({ code }: Failure): 'run' | 'sign-in' | 'request' {
  if (/^(network|store)\.|^app\.stopping$/.test(code)) return 'run';
  const signIn = recoveryOf(code) === 'sign-in' || code === 'cloudflare.rate-limited';
  return signIn ? 'sign-in' : 'request';
}

/**
 * Whether a change at Cloudflare was recorded after a revision. Our own writes do not count, through whichever entry.
 * @param revision id of the newest revision before; null if there was no copy, so nothing counts as a change
 */
function hasChangedSince(tables: Tables, id: string, revision: number | null): boolean {
  const recent = revision === null ? [] : tables.revisions.page(id, null, REVISIONS_TO_SEARCH);
  return recent.some(
    ({ id: newer, kind, author }) =>
      newer > (revision ?? 0) && kind === 'observed' && author?.by !== 'entry',
  );
}

class Run {
  readonly #deps: CheckRunDependencies;
  readonly #options: CheckRunOptions;
  readonly #order: CheckOrder | FixedOrder;
  readonly #changed: string[] = [];
  readonly #withIssue = new Set<string>();
  /** Entries that could not be read. */
  readonly #failed = new Set<string>();
  /** How many entries use each sign-in. */
  #entryCounts = new Map<string, number>();
  /** Sign-ins whose list is still to be read. */
  readonly #toList = new Set<string>();
  readonly #skippedSignIns = new Map<string, SkippedSignIn>();
  #failure: Failure | null = null;
  #ended = false;
  #failuresInARow = 0;
  /** Entries being read. */
  readonly #reading = new Set<string>();
  #checked = 0;
  /** Entries without a sign-in, which cannot be checked. */
  readonly #withoutSignIn = new Set<string>();
  /** Number of entries that have a copy. */
  #copies = 0;
  #skipped = 0;

  constructor(deps: CheckRunDependencies, options: CheckRunOptions) {
    this.#deps = deps;
    this.#options = options;
    const { checkLast, only } = options;
    this.#order = only
      ? new FixedOrder(deps.store, only)
      : new CheckOrder({ store: deps.store, now: deps.now, checkLast });
  }

  async perform(): Promise<CheckResult> {
    const entries = this.#deps.store.read(({ profiles, list }) => ({
      copies: profiles.counts().copies,
      bySignIn: list.bySignIn(),
    }));
    if (!entries.ok) this.#end(entries.failure);
    else if (this.#options.only || entries.value.copies > 0) {
      this.#copies = entries.value.copies;
      this.#entryCounts = entries.value.bySignIn;
      for (const id of this.#entryCounts.keys()) {
        const issue = this.#issueOf(id);
        if (issue) this.#skipSignIn(id, issue);
        else if (!this.#options.only) this.#toList.add(id);
      }
    }
    this.#report();
    const stopListening = this.#options.priority.onRaised(() => this.#retrySkipped());
    do {
      for (const id of this.#toList) {
        if (!this.#ended) await this.#readList(id);
        this.#toList.delete(id);
      }
      await this.#readAll();
    } while (!this.#ended && this.#toList.size > 0);
    stopListening();
    const [skipped] = this.#skippedSignIns.values();
    return {
      checked: this.#checked,
      changed: this.#changed,
      failure: this.#failure ?? skipped?.failure ?? null,
      withIssue: this.#withIssue,
      withoutSignIn: this.#withoutSignIn,
      removed: this.#removed,
    };
  }

  /** Why a sign-in is not even tried, or null. */
  #issueOf(credentialId: string): Failure | null {
    const row = this.#deps.store.read((tables) => tables.credentials.get(credentialId));
    return row.ok ? issueOf(row.value, this.#isAsked) : row.failure;
  }

  #skipSignIn(credentialId: string, failure: Failure): void {
    if (this.#skippedSignIns.has(credentialId)) return;
    const entryCount = this.#entryCounts.get(credentialId) ?? 0;
    this.#skippedSignIns.set(credentialId, { failure, entryCount });
  }

  /** Lists the sign-ins again that only a `background` run skips. Call when a person asks for the check. */
  #retrySkipped(): void {
    for (const id of [...this.#skippedSignIns.keys()]) {
      if (this.#issueOf(id) !== null) continue;
      this.#skippedSignIns.delete(id);
      this.#toList.add(id);
      this.#order.restart();
    }
    this.#report();
  }

  async #readList(credentialId: string): Promise<void> {
    const { signal, priority } = this.#options;
    const signIn = this.#deps.store.read(({ credentials }) => credentials.get(credentialId));
    if (!signIn.ok || !signIn.value) return;
    const kind = ENTRY_KIND_OF[signIn.value.kind];
    const auth = authorizerOf(this.#deps.store, this.#deps.authorizationOf, credentialId);
    const onChecked = (ids: readonly string[]): void => {
      for (const id of ids) this.#order.markChecked(id);
      this.#checked += ids.length;
      this.#report();
    };
    const options = { ...this.#deps, signal, priority, onChecked };
    const entryCount = this.#entryCounts.get(credentialId) ?? 0;
    const failure = await checkList(options, { credentialId, kind, auth, entryCount });
    if (!failure) return;
    if (recoveryOf(failure.code) === 'sign-in') this.#deps.onSignInIssue(credentialId, failure);
    // A refused or unreadable list says nothing about the profiles, so read them one by one.
    if (scopeOf(failure) !== 'request') this.#handleFailure(credentialId, failure);
  }

  /** The given entries that are no longer saved. */
  get #removed(): ReadonlySet<string> {
    return this.#order instanceof FixedOrder ? this.#order.removed : new Set();
  }

  get #isAsked(): boolean {
    return this.#options.priority.current === 'asked';
  }

  #maxReads(): number {
    return this.#isAsked && this.#failuresInARow === 0 ? ASKED_READS : BACKGROUND_READS;
  }

  /** Reads the remaining profiles. Uses more concurrent readers from the moment a person asks. */
  async #readAll(): Promise<void> {
    const { signal, priority } = this.#options;
    const readers = new Set<Promise<void>>();
    const fill = (): void => {
      while (!this.#ended && readers.size < this.#maxReads()) {
        const reader = this.#readLoop(fill, () => readers.size > this.#maxReads());
        const ended = (): boolean => readers.delete(reader);
        readers.add(reader);
        reader.then(ended, ended);
      }
    };
    const stopListening = priority.onRaised(() => {
      // Raises the priority of running reads, which may wait minutes for the background's share of the limit.
      for (const id of this.#reading) void this.#deps.refresh(id, signal, 'asked');
      fill();
    });
    fill();
    while (readers.size > 0) await Promise.race(readers);
    stopListening();
  }

  /** Reads entry after entry, until none is left, there are too many readers, or a list must be read first. */
  async #readLoop(fill: () => void, tooMany: () => boolean): Promise<void> {
    // A list may save many reads, so it is read first, once the running reads have ended.
    while (!this.#ended && this.#toList.size === 0 && !tooMany()) {
      const next = this.#order.next();
      if (!next.ok) return this.#end(next.failure);
      if (next.value === null) return;
      const { organizationId: id, credentialId } = next.value;
      if (this.#failed.has(id) || this.#reading.has(id)) continue;
      if (credentialId === null) this.#withoutSignIn.add(id);
      else if (!this.#skippedSignIns.has(credentialId)) {
        await this.#readOne(id, credentialId);
        fill();
        continue;
      }
      this.#skipped += 1;
      if (this.#skipped % SKIPPED_PER_SLICE === 0) await this.#deps.yieldToEventLoop();
    }
  }

  async #readOne(id: string, credentialId: string): Promise<void> {
    const { store, refresh } = this.#deps;
    const { signal } = this.#options;
    this.#reading.add(id);
    const before = store.read((tables) =>
      tables.profiles.get(id) === null ? null : (tables.revisions.latest(id) ?? 0),
    );
    const outcome = await refresh(id, signal, this.#isAsked ? 'asked' : 'background');
    const changed = store.read((tables) => before.ok && hasChangedSince(tables, id, before.value));
    if (changed.ok && changed.value) this.#changed.push(id);
    this.#reading.delete(id);
    if (outcome.ok) {
      this.#failuresInARow = 0;
      this.#checked += 1;
      this.#order.markChecked(id);
    } else {
      this.#failed.add(id);
      if (recoveryOf(outcome.failure.code) === 'automatic') this.#withIssue.add(id);
      this.#handleFailure(credentialId, outcome.failure);
    }
    this.#report();
  }

  /** Ends the run or skips the sign-in, depending on what the failure affects. */
  #handleFailure(credentialId: string, failure: Failure): void {
    const scope = scopeOf(failure);
    if (scope === 'run') this.#end(failure);
    else if (scope === 'sign-in') this.#skipSignIn(credentialId, failure);
    else if (recoveryOf(failure.code) === 'automatic') {
      this.#failure ??= failure;
      this.#failuresInARow += 1;
      if (this.#failuresInARow >= MAX_FAILURES_IN_A_ROW) this.#end(failure);
    } else this.#failuresInARow = 0; // The failure is about this entry only, and its page shows it.
  }

  #end(failure: Failure): void {
    this.#failure = failure;
    this.#ended = true;
  }

  #report(): void {
    const done = this.#checked + this.#failed.size + this.#withoutSignIn.size;
    const { only } = this.#options;
    if (only) return this.#options.onProgress(done, only.length - this.#removed.size);
    const skipped = [...this.#skippedSignIns.values()].reduce(
      (sum, { entryCount }) => sum + entryCount,
      0,
    );
    const total = Math.max(done + this.#reading.size, this.#copies - skipped);
    this.#options.onProgress(done, total);
  }
}

/** Checks every entry that has a saved copy once. Rejects only if a dependency does. */
export function runCheck(
  deps: CheckRunDependencies,
  options: CheckRunOptions,
): Promise<CheckResult> {
  return new Run(deps, options).perform();
}
