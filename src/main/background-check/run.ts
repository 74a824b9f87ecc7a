/**
 * One background check of all entries that have a copy: the list of each sign-in first, then the profiles
 * the list could not vouch for, one by one, the one checked longest ago first. What was never read is the
 * matter of the initial fetch.
 */
import { recoveryOf, type Failure, type Outcome } from '../../shared/failure';
import type { AuthorizationSource, Cloudflare } from '../cloudflare/types';
import type { Priority, RaisablePriority } from '../rate-limit/priority';
import type { CredentialRow, Store, Tables } from '../database/tables';
import { checkList } from './list-pass';
import { CheckOrder } from './order';
import { untilAborted } from '../sync/dependencies';

/** Reads at once in the background. */
const AT_ONCE = 4;
/**
 * The same while a person waits and Cloudflare is well: the rate limit alone holds them up then, also
 * where an answer takes 150 ms.
 */
const AT_ONCE_ASKED = 32;
/** So many of the newest revisions are looked through for a change that a read found. */
const NEWEST = 4;
/** So many organizations in a row at which Cloudflare itself is in trouble end the run. */
const FAILURES_IN_A_ROW = 8;
/** Entries passed over at once. */
const PASSED_AT_ONCE = 200;

/** What runs need from outside. */
export interface CheckRunDependencies {
  store: Store;
  cloudflare: Cloudflare;
  authorizationOf: AuthorizationSource;
  now: () => number;
  /** Resolves after other work had its turn. */
  yieldToEventLoop: () => Promise<void>;
  /**
   * Reads one profile and stores it; called again while it does, it becomes as urgent as the more urgent
   * call. Never rejects.
   */
  refresh: (
    organizationId: string,
    signal: AbortSignal,
    priority: Priority,
  ) => Promise<Outcome<null>>;
  /** Called with a sign-in whose list shows that it does not work. */
  onSignInIssue: (credentialId: string, failure: Failure) => void;
}

/** What one run starts from. */
export interface CheckRunOptions {
  signal: AbortSignal;
  /**
   * `asked` from the moment a person asks for it, else `background`. Then a keychain that was locked is
   * asked again, also when its sign-in was left out already, and it hurries.
   */
  priority: RaisablePriority;
  /** Met trouble at Cloudflare last time: they go last, so that they never keep others from being read. */
  last: ReadonlySet<string>;
  onProgress: (done: number, total: number) => void;
}

/** How a run ended. */
export interface CheckResult {
  /** How many entries were checked. */
  checked: number;
  /** Ids of the entries that were found changed. */
  changed: readonly string[];
  /** Why not everything could be checked, or null. */
  failure: Failure | null;
  /** Ids of the entries at which Cloudflare itself was in trouble. */
  withIssue: ReadonlySet<string>;
}

/** A sign-in that is not asked: why, and how many entries use it. */
interface LeftOut {
  failure: Failure;
  uses: number;
}

/** Why a sign-in is not even asked, or null. */
function issueOf(row: CredentialRow | null, asked: boolean): Failure | null {
  if (!row || row.state === 'removing') return { code: 'sign-in.none' };
  if (asked && row.issue?.code.startsWith('keychain.')) return null;
  return row.issue;
}

/** What a failure ends: the run, its sign-in's part of it, or only what it met. */
function reach({ code }: Failure): 'run' | 'sign-in' | 'one' {
  if (/^(network|store)\.|^app\.stopping$/.test(code)) return 'run';
  const signIn = recoveryOf(code) === 'sign-in' || code === 'cloudflare.rate-limited';
  return signIn ? 'sign-in' : 'one';
}

/** Whether a change at Cloudflare was found since a revision. The first copy ever, and our own, are none. */
function foundSince(tables: Tables, id: string, revision: number | null): boolean {
  const recent = revision === null ? [] : tables.revisions.page(id, null, NEWEST);
  return recent.some((one) => one.id > (revision ?? 0) && one.kind === 'observed');
}

class Run {
  readonly #deps: CheckRunDependencies;
  readonly #options: CheckRunOptions;
  readonly #order: CheckOrder;
  readonly #changed: string[] = [];
  readonly #withIssue = new Set<string>();
  /** Could not be read. */
  readonly #failed = new Set<string>();
  /** How many entries use each sign-in. */
  #uses = new Map<string, number>();
  /** Sign-ins whose list is to be asked for. */
  readonly #toList = new Set<string>();
  readonly #leftOut = new Map<string, LeftOut>();
  #failure: Failure | null = null;
  #ended = false;
  #troubles = 0;
  readonly #reading = new Set<string>();
  #checked = 0;
  /** Entries without a sign-in, which nothing can check. */
  #withoutSignIn = 0;
  /** Entries that have a copy. */
  #copies = 0;
  #passed = 0;

  constructor(deps: CheckRunDependencies, options: CheckRunOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#order = new CheckOrder({ store: deps.store, now: deps.now, last: options.last });
  }

  async perform(): Promise<CheckResult> {
    const begun = this.#deps.store.read(({ profiles, list }) => ({
      copies: profiles.counts().copies,
      uses: list.bySignIn(),
    }));
    if (!begun.ok) this.#end(begun.failure);
    else if (begun.value.copies > 0) {
      this.#copies = begun.value.copies;
      this.#uses = begun.value.uses;
      for (const id of this.#uses.keys()) {
        const issue = this.#issueOf(id);
        if (issue) this.#leaveOut(id, issue);
        else this.#toList.add(id);
      }
    }
    this.#report();
    const stopListening = this.#options.priority.onRaised(() => this.#takeBack());
    do {
      for (const id of this.#toList) {
        if (!this.#ended) await this.#list(id);
        this.#toList.delete(id);
      }
      await this.#readAll();
    } while (!this.#ended && this.#toList.size > 0);
    stopListening();
    const [leftOut] = this.#leftOut.values();
    return {
      checked: this.#checked,
      changed: this.#changed,
      failure: this.#failure ?? leftOut?.failure ?? null,
      withIssue: this.#withIssue,
    };
  }

  /** Why a sign-in is not even asked, or null. */
  #issueOf(credentialId: string): Failure | null {
    const row = this.#deps.store.read((tables) => tables.credentials.get(credentialId));
    return row.ok ? issueOf(row.value, this.#asked) : row.failure;
  }

  #leaveOut(credentialId: string, failure: Failure): void {
    if (this.#leftOut.has(credentialId)) return;
    this.#leftOut.set(credentialId, { failure, uses: this.#uses.get(credentialId) ?? 0 });
  }

  /** A person asks now: sign-ins that only the background leaves alone are asked after all. */
  #takeBack(): void {
    for (const id of [...this.#leftOut.keys()]) {
      if (this.#issueOf(id) !== null) continue;
      this.#leftOut.delete(id);
      this.#toList.add(id);
      this.#order.restart();
    }
    this.#report();
  }

  async #list(credentialId: string): Promise<void> {
    const { signal, priority } = this.#options;
    const auth = await untilAborted(this.#deps.authorizationOf(credentialId), signal);
    if (!auth.ok) return this.#met(credentialId, auth.failure);
    const onChecked = (ids: readonly string[]): void => {
      for (const id of ids) this.#order.checked(id);
      this.#checked += ids.length;
      this.#report();
    };
    const options = { ...this.#deps, signal, priority, onChecked };
    const uses = this.#uses.get(credentialId) ?? 0;
    const failure = await checkList(options, { credentialId, auth: auth.value, uses });
    if (!failure) return;
    if (recoveryOf(failure.code) === 'sign-in') this.#deps.onSignInIssue(credentialId, failure);
    // A list that is refused or unreadable says nothing of the profiles: they are read one by one.
    if (reach(failure) !== 'one') this.#met(credentialId, failure);
  }

  get #asked(): boolean {
    return this.#options.priority.current === 'asked';
  }

  #atOnce(): number {
    return this.#asked && this.#troubles === 0 ? AT_ONCE_ASKED : AT_ONCE;
  }

  /** Reads what is left, more at once from the moment a person asks. */
  async #readAll(): Promise<void> {
    const { signal, priority } = this.#options;
    const readers = new Set<Promise<void>>();
    const fill = (): void => {
      while (!this.#ended && readers.size < this.#atOnce()) {
        const reader = this.#readOnAndOn(fill, () => readers.size > this.#atOnce());
        const ended = (): boolean => readers.delete(reader);
        readers.add(reader);
        reader.then(ended, ended);
      }
    };
    const stopListening = priority.onRaised(() => {
      // They may wait for a share of the limit that is used up for minutes.
      for (const id of this.#reading) void this.#deps.refresh(id, signal, 'asked');
      fill();
    });
    fill();
    while (readers.size > 0) await Promise.race(readers);
    stopListening();
  }

  /** Reads one after the other, until there is none, there are too many readers, or a list goes first. */
  async #readOnAndOn(fill: () => void, tooMany: () => boolean): Promise<void> {
    // A list that is to be asked for spares reads: what is under way ends first.
    while (!this.#ended && this.#toList.size === 0 && !tooMany()) {
      const next = this.#order.next();
      if (!next.ok) return this.#end(next.failure);
      if (next.value === null) return;
      const { organizationId: id, credentialId } = next.value;
      if (this.#failed.has(id) || this.#reading.has(id)) continue;
      if (credentialId === null) this.#withoutSignIn += 1;
      else if (!this.#leftOut.has(credentialId)) {
        await this.#readOne(id, credentialId);
        fill();
        continue;
      }
      this.#passed += 1;
      if (this.#passed % PASSED_AT_ONCE === 0) await this.#deps.yieldToEventLoop();
    }
  }

  async #readOne(id: string, credentialId: string): Promise<void> {
    const { store, refresh } = this.#deps;
    const { signal } = this.#options;
    this.#reading.add(id);
    const before = store.read((tables) =>
      tables.profiles.get(id) === null ? null : (tables.revisions.latest(id) ?? 0),
    );
    const outcome = await refresh(id, signal, this.#asked ? 'asked' : 'background');
    const found = store.read((tables) => before.ok && foundSince(tables, id, before.value));
    if (found.ok && found.value) this.#changed.push(id);
    this.#reading.delete(id);
    if (outcome.ok) {
      this.#troubles = 0;
      this.#checked += 1;
      this.#order.checked(id);
    } else {
      this.#failed.add(id);
      if (recoveryOf(outcome.failure.code) === 'itself') this.#withIssue.add(id);
      this.#met(credentialId, outcome.failure);
    }
    this.#report();
  }

  /** What a failure means for the rest of the run. */
  #met(credentialId: string, failure: Failure): void {
    const far = reach(failure);
    if (far === 'run') this.#end(failure);
    else if (far === 'sign-in') this.#leaveOut(credentialId, failure);
    else if (recoveryOf(failure.code) === 'itself') {
      this.#failure ??= failure;
      this.#troubles += 1;
      if (this.#troubles >= FAILURES_IN_A_ROW) this.#end(failure);
    } else this.#troubles = 0; // An answer about this entry alone; its page shows it.
  }

  #end(failure: Failure): void {
    this.#failure = failure;
    this.#ended = true;
  }

  #report(): void {
    const done = this.#checked + this.#failed.size + this.#withoutSignIn;
    const leftOut = [...this.#leftOut.values()].reduce((sum, { uses }) => sum + uses, 0);
    const total = Math.max(done + this.#reading.size, this.#copies - leftOut);
    this.#options.onProgress(done, total);
  }
}

/** Checks all entries that have a copy once. Rejects only if one of the dependencies does. */
export function runCheck(
  deps: CheckRunDependencies,
  options: CheckRunOptions,
): Promise<CheckResult> {
  return new Run(deps, options).perform();
}
