/**
 * One background check of all organizations: the list of each sign-in first, then the profiles the
 * list could not vouch for, one by one, the one checked longest ago first.
 */
import { healing, type Failure } from '../../shared/failure';
import type { Tables } from '../store/tables';
import { checkList, type PageFindings } from './check-list';
import { reach, troubleOf } from './check-reach';
import type { CheckResult, CheckRunDependencies, CheckRunOptions } from './check-run-parts';
import { orStopped } from './dependencies';
import { LeftOut, type CheckedEntry } from './left-out';

/** Reads at once: nobody waits for those in the background. */
const AT_ONCE = 4;
/**
 * The same while a person waits and Cloudflare is well: the rate limit alone holds them up then, also
 * where an answer takes 150 ms.
 */
const AT_ONCE_ASKED = 32;
/** So many of the newest revisions are looked through for a change that a read found. */
const NEWEST = 4;
/** So many organizations in a row at which Cloudflare itself is in trouble end the run. */
const TROUBLES_IN_A_ROW = 8;

/** Whether a change at Cloudflare was found since a revision. The first copy ever, and our own, are none. */
function foundSince(tables: Tables, id: string, revision: number | null): boolean {
  const recent = revision === null ? [] : tables.revisions.page(id, null, NEWEST);
  return recent.some((one) => one.id > (revision ?? 0) && one.kind === 'observed');
}

class Run {
  readonly #deps: CheckRunDependencies;
  readonly #options: CheckRunOptions;
  readonly #changed: string[] = [];
  readonly #unread = new Set<string>();
  #waiting: CheckedEntry[];
  /** Sign-ins whose list is to be asked for. */
  #toList: string[] = [];
  readonly #leftOut = new LeftOut();
  #failure: Failure | null = null;
  #ended = false;
  #troubles = 0;
  readonly #reading = new Set<string>();
  #done = 0;

  constructor(
    deps: CheckRunDependencies,
    options: CheckRunOptions,
    order: readonly CheckedEntry[],
  ) {
    this.#deps = deps;
    this.#options = options;
    const late = ({ organizationId }: CheckedEntry): number =>
      Number(options.unread.has(organizationId));
    this.#waiting = [...order].sort((one, other) => late(one) - late(other));
  }

  async perform(): Promise<CheckResult> {
    for (const id of new Set(this.#waiting.map(({ credentialId }) => credentialId))) {
      const trouble = this.#troubleOf(id);
      if (trouble) this.#leaveOut(id, trouble);
      else this.#toList.push(id);
    }
    this.#tell();
    const listen = this.#options.priority.onRaised(() => this.#takeBack());
    while (!this.#ended && this.#toList.length + this.#waiting.length > 0) {
      for (let id = this.#toList[0]; id !== undefined && !this.#ended; id = this.#toList[0]) {
        await this.#list(id);
        this.#toList.shift();
      }
      await this.#readAll();
    }
    listen();
    const failure = this.#failure ?? this.#leftOut.failure;
    return { changed: this.#changed, failure, unread: this.#unread };
  }

  /** Why a sign-in is not even asked, or null. */
  #troubleOf(credentialId: string): Failure | null {
    const row = this.#deps.store.read((tables) => tables.credentials.get(credentialId));
    return row.ok ? troubleOf(row.value, this.#asked) : row.failure;
  }

  /** A person asks now: sign-ins that only the background leaves alone are asked after all. */
  #takeBack(): void {
    const { ids, entries } = this.#leftOut.takeBack((id) => this.#troubleOf(id) === null);
    this.#toList.push(...ids);
    this.#waiting.push(...entries);
    this.#tell();
  }

  async #list(credentialId: string): Promise<void> {
    const { signal, priority } = this.#options;
    const auth = await orStopped(this.#deps.authorizationOf(credentialId), signal);
    if (!auth.ok) return this.#met(credentialId, auth.failure);
    const own = this.#waiting.filter((entry) => entry.credentialId === credentialId);
    const wanted = new Set(own.map(({ organizationId }) => organizationId));
    const onPage = (found: PageFindings): void => this.#found(found);
    const options = { ...this.#deps, signal, priority, onPage };
    const failure = await checkList(options, auth.value, wanted);
    if (!failure) return;
    if (healing(failure.code) === 'sign-in') this.#deps.onSignInTrouble(credentialId, failure);
    // A list that is refused or unreadable says nothing of the profiles: they are read one by one.
    if (reach(failure) !== 'one') this.#met(credentialId, failure);
  }

  #found({ checked, renamed }: PageFindings): void {
    const settled = new Set(checked);
    this.#waiting = this.#waiting.filter(({ organizationId }) => !settled.has(organizationId));
    this.#done += checked.length;
    this.#deps.onChecked(checked);
    renamed.forEach(this.#deps.onRenamed);
    this.#tell();
  }

  get #asked(): boolean {
    return this.#options.priority.current === 'asked';
  }

  #atOnce(): number {
    return this.#asked && this.#troubles === 0 ? AT_ONCE_ASKED : AT_ONCE;
  }

  /** Reads what is left, more at once from the moment a person asks. */
  #readAll(): Promise<void> {
    const { signal, priority } = this.#options;
    return new Promise<void>((resolve, reject) => {
      const fill = (): void => {
        // A list that is to be asked for spares reads: what is under way ends first.
        const mayRead = (): boolean => !this.#ended && this.#toList.length === 0;
        while (mayRead() && this.#reading.size < this.#atOnce()) {
          const next = this.#waiting.shift();
          if (!next) break;
          this.#reading.add(next.organizationId);
          this.#readOne(next).then(() => more(next), reject);
        }
        if (this.#reading.size === 0) done();
      };
      const more = ({ organizationId }: CheckedEntry): void => {
        this.#reading.delete(organizationId);
        this.#done += 1;
        this.#tell();
        fill();
      };
      const listen = priority.onRaised(() => {
        // They may wait for a share of the limit that is used up for minutes.
        for (const id of this.#reading) void this.#deps.refresh(id, signal, 'asked');
        fill();
      });
      const done = (): void => {
        listen();
        resolve();
      };
      fill();
    });
  }

  async #readOne({ organizationId: id, credentialId }: CheckedEntry): Promise<void> {
    const { store, refresh } = this.#deps;
    const { signal } = this.#options;
    const before = store.read((tables) =>
      tables.profiles.get(id) === null ? null : (tables.revisions.latest(id) ?? 0),
    );
    const outcome = await refresh(id, signal, this.#asked ? 'asked' : 'background');
    const found = store.read((tables) => before.ok && foundSince(tables, id, before.value));
    if (found.ok && found.value) this.#changed.push(id);
    if (outcome.ok) this.#troubles = 0;
    else {
      this.#unread.add(id);
      this.#met(credentialId, outcome.failure);
    }
  }

  /** What a failure means for the rest of the run. */
  #met(credentialId: string, failure: Failure): void {
    const far = reach(failure);
    if (far === 'run') this.#end(failure);
    else if (far === 'sign-in') this.#leaveOut(credentialId, failure);
    else if (healing(failure.code) === 'itself') {
      this.#failure ??= failure;
      this.#troubles += 1;
      if (this.#troubles >= TROUBLES_IN_A_ROW) this.#end(failure);
    } else this.#troubles = 0; // An answer about this organization alone; its page shows it.
  }

  #leaveOut(credentialId: string, failure: Failure): void {
    this.#waiting = this.#leftOut.add(credentialId, failure, this.#waiting);
  }

  #end(failure: Failure): void {
    this.#failure = failure;
    this.#ended = true;
  }

  #tell(): void {
    this.#options.onProgress(this.#done, this.#done + this.#reading.size + this.#waiting.length);
  }
}

/** Checks all organizations once. Rejects only if one of the dependencies does. */
export async function runCheck(
  deps: CheckRunDependencies,
  options: CheckRunOptions,
): Promise<CheckResult> {
  const order = deps.store.read(({ profiles }) =>
    [
      profiles.unread(0, Number.MAX_SAFE_INTEGER),
      profiles.byCheck({ after: null, before: null }, Number.MAX_SAFE_INTEGER),
    ].flatMap(({ entries }) =>
      entries.flatMap(({ organizationId, credentialId }) =>
        credentialId === null ? [] : { organizationId, credentialId },
      ),
    ),
  );
  if (order.ok) return new Run(deps, options, order.value).perform();
  return { changed: [], failure: order.failure, unread: options.unread };
}
