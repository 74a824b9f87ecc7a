/**
 * Keeps what a person types into one organization: at most KEEP_WITHIN ms after a key, also while typing
 * continues, and at once when asked. It outlives the page: a text that is not kept yet stays here until
 * main has it. One call at a time, each with a higher number, so that an older text never replaces a newer
 * one. A failed keep is retried until it works.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import { failed, type Failure, type Outcome } from '../../shared/failure';
import { baselineOf, type OrganizationView } from '../../shared/organization';
import { touchedFields, type Patch } from '../../shared/patch';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../shared/profile';
import { excluding, including, setOf } from './immutable';

/** Longest time from a key to its keep, in ms. The promise is half a second, including the write. */
export const KEEP_WITHIN = 400;

/** A keep that takes longer than this, in ms, is reported as not kept yet. */
export const LATE_AFTER = 2_000;

/** Pause before a failed keep is retried, in ms. */
export const TRY_AGAIN_AFTER = 2_000;

/** What `Autosave` needs. */
export interface AutosaveOptions {
  api: LetterheadApi;
  view: OrganizationView;
  /** Called whenever nothing is left to keep and no call is under way. */
  onidle?: () => void;
}

/** The touched fields of one organization. An untouched field shows the text under it. */
export class Autosave {
  readonly id: string;
  #view = $state.raw() as OrganizationView;
  // No `$derived`: one that is made with a page stops with it.
  #under = $state.raw() as Profile;
  #touched = $state.raw<Patch>({});
  /** Fields touched or reverted since they were last sent. */
  #unsaved = $state.raw(setOf<FieldName>());
  #failure = $state.raw<Failure | null>(null);
  #late = $state(false);
  #running = $state.raw<Promise<void> | null>(null);
  /** The fields of the call under way. */
  #sending: readonly FieldName[] = [];
  /** The texts that were sent for reverted fields, until a page from main shows that they arrived. */
  #reverted: Edits = {};
  /** Whether a submit or a discard is under way: main's draft is about to go. */
  #handingOver = false;
  #number = 0;
  /** The number of the last call that main answered. */
  #answered = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #due = 0;
  #dropped = false;
  readonly #api: LetterheadApi;
  readonly #onidle: () => void;

  constructor({ api, view, onidle = () => undefined }: AutosaveOptions) {
    this.#api = api;
    this.#onidle = onidle;
    this.id = view.id;
    this.follow(view);
  }

  /** The page as main last sent it. */
  get view(): OrganizationView {
    return this.#view;
  }

  /** What lies under the touched fields: the saved copy with the pending change on top. */
  get under(): Profile {
    return this.#under;
  }

  /** The touched fields, each with the text that was on screen at its first key. */
  get touched(): Patch {
    return this.#touched;
  }

  /** Why the last keep failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether main has everything. */
  get kept(): boolean {
    return this.#unsaved.size === 0 && this.#running === null;
  }

  /** Whether the newest text is known not to be on disk: a keep failed or takes very long. */
  get behind(): boolean {
    return this.#failure !== null || this.#late;
  }

  /** The person typed: `text` is the whole text of the field now. */
  put(field: FieldName, text: string): void {
    const { [field]: before, ...others } = this.#touched;
    const under = this.under[field];
    const base = before ? before.base : under;
    this.#touched = text === under ? others : { ...others, [field]: { base, text } };
    this.#unsaved = including(this.#unsaved, [field]);
    this.#schedule(KEEP_WITHIN);
  }

  /** Touches these fields again, as they were. */
  putBack(patch: Patch): void {
    this.#touched = { ...this.#touched, ...patch };
    this.#unsaved = including(this.#unsaved, touchedFields(patch));
    this.#schedule(KEEP_WITHIN);
  }

  /**
   * Main sent the page. Untouched fields show its texts; a field whose last edit was answered follows the
   * draft; all others stay. The draft of a page that is older than the last answer is ignored.
   */
  follow(view: OrganizationView): void {
    this.#view = view;
    this.#under = baselineOf(view);
    this.#number = Math.max(this.#number, view.draftNumber);
    const knowsDraft = view.draftNumber >= this.#answered && !this.#handingOver;
    const touched: Patch = {};
    for (const field of FIELD_NAMES) {
      const follows = knowsDraft && !this.#unsaved.has(field) && !this.#sending.includes(field);
      const edit = follows ? this.#draftOf(view, field) : this.#touched[field];
      if (edit && edit.text !== this.under[field]) touched[field] = edit;
    }
    this.#touched = touched;
  }

  /** Keeps what is not kept yet, at once; resolves when main has all of it, or when that failed. */
  async flush(): Promise<void> {
    this.#clear();
    while (this.#running || this.#unsaved.size > 0) {
      if (!this.#running) void this.#inTurn(() => this.#keep());
      await this.#running;
      if (this.#failure) return;
    }
  }

  /** Submits everything that is touched now; it waits for a keep under way. */
  submit(): Promise<Outcome<OrganizationView>> {
    // Reverted fields go along: until main has them, its draft holds their old text.
    const fields = [...touchedFields(this.#touched), ...this.#unsaved, ...this.#sending];
    const edits = this.#editsOf(fields);
    return this.#handOver(fields, async (number) => {
      const isSame = (field: FieldName): boolean => this.#textOf(field) === edits[field]?.text;
      this.#unsaved = excluding(this.#unsaved, fields.filter(isSame));
      const outcome = await this.#api.changes
        .submit({ organizationId: this.id, edits, number })
        .catch(() => failed('app.unexpected'));
      if (outcome.ok) this.#touched = this.#typedAfter(edits);
      return outcome;
    });
  }

  /** Discards everything that is touched now; it waits for a keep under way. */
  discard(): Promise<Outcome<OrganizationView>> {
    const before = this.#touched;
    const fields = [...touchedFields(before), ...this.#unsaved, ...this.#sending];
    this.#touched = {};
    this.#unsaved = setOf();
    return this.#handOver(fields, async (number) => {
      // A keep that failed meanwhile has nothing to repeat, but for what was typed since.
      this.#unsaved = setOf(touchedFields(this.#touched));
      const outcome = await this.#api.drafts
        .discard({ organizationId: this.id, number })
        .catch(() => failed('app.unexpected'));
      if (!outcome.ok) this.#touched = { ...before, ...this.#touched };
      return outcome;
    });
  }

  /** Runs a call between two keeps: none is under way then. */
  async between<T>(call: () => Promise<T>): Promise<T> {
    this.#clear();
    const result = await this.#inTurn(call);
    if (this.#unsaved.size > 0) this.#schedule(KEEP_WITHIN);
    return result;
  }

  /** The organization was removed: stop keeping. */
  drop(): void {
    this.#dropped = true;
    this.#unsaved = setOf();
    this.#failure = null;
    this.#clear();
  }

  async #keep(): Promise<void> {
    const fields = [...this.#unsaved];
    const edits = this.#editsOf(fields);
    const reverts = fields.filter((field) => this.#touched[field] === undefined);
    const number = (this.#number += 1);
    this.#sending = fields;
    this.#unsaved = setOf();
    const late = setTimeout(() => (this.#late = true), LATE_AFTER);
    const outcome = await this.#api.drafts
      .keep({ organizationId: this.id, edits, number })
      .catch(() => failed('app.unexpected'));
    clearTimeout(late);
    this.#late = false;
    this.#sending = [];
    if (this.#dropped) return;
    this.#failure = outcome.ok ? null : outcome.failure;
    if (outcome.ok) {
      this.#answered = number;
      for (const field of fields) {
        this.#reverted[field] = reverts.includes(field) ? edits[field]?.text : undefined;
      }
      return;
    }
    this.#unsaved = including(this.#unsaved, fields);
    this.#schedule(TRY_AGAIN_AFTER);
  }

  /** Makes a call that takes over what was typed. If it fails, these fields are kept again. */
  async #handOver(
    fields: readonly FieldName[],
    call: (number: number) => Promise<Outcome<OrganizationView>>,
  ): Promise<Outcome<OrganizationView>> {
    this.#clear();
    this.#handingOver = true;
    const outcome = await this.#inTurn(async () => {
      const number = (this.#number += 1);
      const answer = await call(number);
      if (answer.ok) this.#answered = number;
      else this.#unsaved = including(this.#unsaved, fields);
      return answer;
    });
    this.#handingOver = false;
    if (outcome.ok) {
      if (this.#unsaved.size === 0) this.#failure = null;
      this.follow(outcome.value);
    }
    if (this.#unsaved.size > 0) this.#schedule(KEEP_WITHIN);
    return outcome;
  }

  /** The edits to send: of a reverted field the text that lies under it, so that it leaves the draft. */
  #editsOf(fields: readonly FieldName[]): Patch {
    const edits: Patch = {};
    for (const field of fields) {
      const under = this.under[field];
      const { base, text } = this.#touched[field] ?? { base: under, text: under };
      edits[field] = { base, text };
    }
    return edits;
  }

  #textOf(field: FieldName): string {
    return this.#touched[field]?.text ?? this.under[field];
  }

  /** What was typed after these edits were submitted starts from their texts. */
  #typedAfter(edits: Patch): Patch {
    const touched = { ...this.#touched };
    for (const field of touchedFields(edits)) {
      const [text, submitted] = [touched[field]?.text, edits[field]?.text];
      if (text === submitted || submitted === undefined) delete touched[field];
      else if (text !== undefined) touched[field] = { base: submitted, text };
    }
    return touched;
  }

  /** What main's draft says of a field that is not being typed. */
  #draftOf(view: OrganizationView, field: FieldName): { base: string | null; text: string } | null {
    const edit = view.draft?.patch[field];
    const { [field]: reverted, ...others } = this.#reverted;
    this.#reverted = others;
    if (!edit) return null;
    if (edit.text !== reverted) return { base: edit.base, text: edit.text };
    // Something else lay under it in main by then, so the field is still in the draft: revert it again.
    this.#unsaved = including(this.#unsaved, [field]);
    this.#schedule(KEEP_WITHIN);
    return null;
  }

  /** Runs `work` when no other call is under way. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#running ? this.#running.then(work) : work();
    const end = (): void => {
      if (this.#running !== turn) return;
      this.#running = null;
      if (this.#unsaved.size === 0) this.#onidle();
    };
    const turn: Promise<void> = result.then(end, end);
    this.#running = turn;
    return result;
  }

  /** Keeps after this many ms, unless that is due earlier already. */
  #schedule(after: number): void {
    const due = Date.now() + after;
    if (this.#dropped || (this.#timer !== null && this.#due <= due)) return;
    this.#clear();
    this.#due = due;
    this.#timer = setTimeout(() => void this.flush(), after);
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
