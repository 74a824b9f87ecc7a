/** A small world for the oracle's own tests: told step by step, and corrupted where a test wants it. */
import {
  applyEdits,
  EMPTY_PROFILE,
  FIELD_NAMES,
  type Edits,
  type Profile,
} from '../../../src/shared/profile';
import type { Disk, OnDisk } from '../support/disk';
import { plainProfile } from '../support/outside';
import {
  acknowledge,
  attempt,
  begin,
  latest,
  type Decision,
  type Known,
  type Submission,
} from '../support/record';
import { now } from '../support/time';
import { judgeKill, judgeSettled } from './index';

const ID = 'a'.repeat(32);

/** The profile it begins with. */
export const FIRST = plainProfile(0);

/** A world with one organization; what happens in it is told one thing after the other. */
export class World {
  readonly known: Known = begin(ID, 'Brightwater Ltd', FIRST);
  readonly disk: OnDisk = {
    profile: { fields: FIRST },
    draft: null,
    change: null,
    revisions: [],
  };
  troubles: string[] = [];
  organizationsOnDisk = [ID];
  #holds: Profile = FIRST;

  /** The person types; `ago` ms before the kill. */
  typed(edits: Edits, ago: number): void {
    const began = Object.fromEntries(FIELD_NAMES.map((field) => [field, [FIRST[field]]]));
    const all = { ...latest(this.known).edits, ...edits };
    const moment = attempt(this.known, { what: 'typed', by: 'key', edits: all, began });
    acknowledge(this.known, moment);
    moment.ackAt = this.killedAt - ago;
  }

  /** The person submits; the app says that it took it unless told otherwise. */
  submitted(edits: Edits, began: Edits = FIRST, answered = true): Submission {
    const seen = Object.fromEntries(Object.entries(began).map(([field, text]) => [field, [text]]));
    const after = { what: 'submitted', by: 'call', edits: {}, began: {} } as const;
    const moment = attempt(this.known, after, { edits, began: seen });
    if (answered) acknowledge(this.known, moment);
    return moment.submission!;
  }

  decided(kind: Decision['kind'], mine: Edits, theirs: Edits = {}): void {
    this.known.decisions.push({
      at: now(),
      kind,
      sure: true,
      fields: FIELD_NAMES,
      mine: applyEdits(EMPTY_PROFILE, mine),
      theirs: applyEdits(EMPTY_PROFILE, theirs),
    });
  }

  /** Somebody else writes. */
  elsewhere(texts: Edits): void {
    this.#hold(applyEdits(this.#holds, texts), 'somebody', now());
  }

  /** The app reads. */
  told(): void {
    this.known.told.push({ at: now(), fields: this.#holds });
  }

  /** The app writes. */
  put(texts: Edits, { applied = true, over = this.#holds } = {}): void {
    const fields = applyEdits(over, texts);
    const at = now();
    this.known.writes.push({ at, before: this.#holds, fields, applied, fault: null });
    if (applied) this.#hold(fields, 'app', at);
  }

  /** What is on disk of a pending change. */
  pending(texts: Edits, more: Partial<NonNullable<OnDisk['change']>> = {}): void {
    this.disk.change = {
      desired: applyEdits(FIRST, texts),
      base: FIRST,
      attempted: null,
      theirs: null,
      state: 'queued',
      version: 1,
      failure: null,
      ...more,
    };
  }

  drafted(texts: Edits): void {
    this.disk.draft = { base: FIRST, fields: applyEdits(FIRST, texts) };
  }

  saved(): void {
    this.disk.profile = { fields: this.#holds };
  }

  #hold(fields: Profile, by: 'somebody' | 'app', at: number): void {
    for (const field of FIELD_NAMES) {
      if (fields[field] === this.#holds[field]) continue;
      this.known.held.push({ at, field, text: fields[field], by });
    }
    this.#holds = fields;
  }

  readonly killedAt = now() + 10_000;

  get complaints(): string[] {
    return judgeKill([this.known], this.#found(), this.killedAt).map(({ text }) => text);
  }

  get complaintsAtTheEnd(): string[] {
    return judgeSettled([this.known], this.#found()).map(({ text }) => text);
  }

  #found(): Disk {
    const organizations = this.organizationsOnDisk.map((id) => [id, this.disk] as const);
    return { troubles: this.troubles, organizations: new Map(organizations) };
  }
}
