/**
 * Saves what the person types into one organization as a draft in main. A save starts at most SAVE_WITHIN ms
 * after a keystroke, even while typing continues, or immediately on request. An `Autosave` outlives its page
 * and keeps unsaved text until main has it. Only one call to main runs at a time, each with a higher number
 * than the one before, so that an older text never replaces a newer one. A failed save is retried until it
 * succeeds.
 *
 * The *baseline* of a field is its text in the saved copy with the pending change on top. A field is *touched*
 * while its text differs from the baseline, and *reverted* when the person types the baseline again.
 */
import { unsendable } from '../../shared/advice';
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import { failed, type Result } from '../../shared/result';
import { baselineOf, type OrganizationView } from '../../shared/organization';
import { applyPatches, touchedFields, type Patch } from '../../shared/patch';
import {
  FIELD_NAMES,
  normalizeLineEnds,
  restoreLineEnds,
  type Edits,
  type FieldName,
  type Profile,
} from '../../shared/profile';
import { excluding, including, setOf } from './immutable';

/** Longest time from a keystroke to its save, in ms. The app guarantees half a second, including the write. */
const SAVE_WITHIN = 400;

/** If a save takes longer than this, in ms, the window shows that the text is not saved yet. */
export const LATE_AFTER_MS = 2_000;

/** Pause before a failed save is retried, in ms. */
export const RETRY_AFTER_MS = 2_000;

/** Options of `Autosave`. */
export interface AutosaveOptions {
  api: LetterheadApi;
  view: OrganizationView;
  /** Called whenever nothing is left to save and no call is running. */
  onidle?: () => void;
}

/** The touched fields of one organization, and their saves. An untouched field shows its baseline. */
export class Autosave {
  readonly id: string;
  #view = $state.raw() as OrganizationView;
  // Not `$derived`: a derived created with a page stops updating with it.
  #baseline = $state.raw() as Profile;
  #touched = $state.raw<Patch>({});
  /** Fields touched or reverted since they were last sent. */
  #unsaved = $state.raw(setOf<FieldName>());
  #failure = $state.raw<Failure | null>(null);
  #late = $state(false);
  #running = $state.raw<Promise<void> | null>(null);
  /** The fields of the running save. */
  #sending: readonly FieldName[] = [];
  /** The texts sent for reverted fields, until the next draft from main shows whether main removed the fields. */
  #reverted: Edits = {};
  /** How many submits and discards are running or queued. They remove main's draft, so it must not be followed. */
  #handOvers = 0;
  /** The number of the last call. */
  #number = 0;
  /** The number of the last call that main answered. */
  #answered = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** When the timer is due, in ms since the epoch. */
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

  /** The organization as main last sent it. */
  get view(): OrganizationView {
    return this.#view;
  }

  /** The texts that the edits apply to: the saved copy with the pending change on top. */
  get baseline(): Profile {
    return this.#baseline;
  }

  /** The touched fields, each with its new text and its base: the text on screen at the first keystroke. */
  get touched(): Patch {
    return this.#touched;
  }

  /** Why the last save failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether main has everything that was typed. */
  get isSaved(): boolean {
    return this.#unsaved.size === 0 && this.#running === null;
  }

  /** Whether the person must know that the newest text is not on disk: a save failed or takes very long. */
  get hasIssue(): boolean {
    return this.#failure !== null || this.#late;
  }

  /** The touched fields, in display order. */
  get changed(): FieldName[] {
    return touchedFields(this.#touched);
  }

  /** All five texts with the edits applied. */
  get texts(): Profile {
    return applyPatches(this.#baseline, this.#touched);
  }

  /** Whether a field is touched. */
  isChanged(field: FieldName): boolean {
    return this.#touched[field] !== undefined;
  }

  /**
   * The text to show as the text before the edit: the one on screen at the first keystroke. If that text was
   * lost, or if the person typed it again over someone else's newer text, this is the baseline.
   */
  before(field: FieldName): string {
    const edit = this.#touched[field];
    const baseline = this.#baseline[field];
    return edit && edit.base !== edit.text ? (edit.base ?? baseline) : baseline;
  }

  /** The value for the control of a field, with LF line breaks as browsers use them. */
  shown(field: FieldName): string {
    return normalizeLineEnds(this.texts[field]);
  }

  /** Handles typing into a field; `typed` is the whole value of its control. Returns false like `edit`. */
  type(field: FieldName, typed: string): boolean {
    const baseline = this.#baseline[field];
    const original = this.#touched[field]?.base ?? baseline;
    const isReverted = normalizeLineEnds(typed) === normalizeLineEnds(baseline);
    return this.edit(field, isReverted ? baseline : restoreLineEnds(original, typed));
  }

  /**
   * Sets the text of a field, byte for byte. A text equal to the baseline makes the field untouched again. Returns false,
   * and changes nothing, if the text is too long to be saved.
   */
  edit(field: FieldName, text: string): boolean {
    const { [field]: before, ...rest } = this.#touched;
    const baseline = this.baseline[field];
    if (text !== baseline && unsendable(text)) return false;
    const base = before ? before.base : baseline;
    this.#touched = text === baseline ? rest : { ...rest, [field]: { base, text } };
    this.#unsaved = including(this.#unsaved, [field]);
    this.#schedule(SAVE_WITHIN);
    return true;
  }

  /** Brings back edits that were discarded. */
  restore(patch: Patch): void {
    this.#touched = { ...this.#touched, ...patch };
    this.#unsaved = including(this.#unsaved, touchedFields(patch));
    this.#schedule(SAVE_WITHIN);
  }

  /**
   * Applies a newer page from main. Untouched fields show the texts of the page. A field whose last edit main
   * has saved shows the text of the page's draft. All other fields keep their text. A draft older than the last
   * save is ignored.
   */
  follow(view: OrganizationView): void {
    this.#view = view;
    this.#baseline = baselineOf(view);
    this.#number = Math.max(this.#number, view.editNumber);
    const knowsDraft = view.editNumber >= this.#answered && this.#handOvers === 0;
    const touched: Patch = {};
    for (const field of FIELD_NAMES) {
      const follows = knowsDraft && !this.#unsaved.has(field) && !this.#sending.includes(field);
      const edit = follows ? this.#draftOf(view, field) : this.#editOver(view, field);
      if (edit && edit.text !== this.baseline[field]) touched[field] = edit;
    }
    this.#touched = touched;
  }

  /** Saves everything now; resolves when main has it, or when a save failed. */
  async flush(): Promise<void> {
    this.#clearTimer();
    while (this.#running || this.#unsaved.size > 0) {
      if (!this.#running) void this.#enqueue(() => this.#save());
      await this.#running;
      if (this.#failure) return;
    }
  }

  /**
   * Submits all current edits, after a running save.
   * @param remote the copy that the review shows beside what Cloudflare stored differently; null if there is none
   */
  submit(remote: Profile | null = null): Promise<Result<OrganizationView>> {
    // Includes reverted fields: until main has the revert, its draft holds their old text.
    const fields = [...touchedFields(this.#touched), ...this.#unsaved, ...this.#sending];
    const edits = this.#editsOf(fields);
    return this.#handOver(fields, async (number) => {
      const isSame = (field: FieldName): boolean => this.texts[field] === edits[field]?.text;
      this.#unsaved = excluding(this.#unsaved, fields.filter(isSame));
      const result = await this.#api.changes
        .submit({ entryId: this.id, edits, number, ...(remote === null ? {} : { remote }) })
        .catch(() => failed('app.unexpected'));
      if (result.ok) this.#touched = this.#editsSince(edits);
      return result;
    });
  }

  /** Discards all current edits, after a running save. */
  discard(): Promise<Result<OrganizationView>> {
    const before = this.#touched;
    const fields = [...touchedFields(before), ...this.#unsaved, ...this.#sending];
    this.#touched = {};
    this.#unsaved = setOf();
    return this.#handOver(fields, async (number) => {
      // If the save before this call failed, only text typed since the discard needs a retry.
      this.#unsaved = setOf(touchedFields(this.#touched));
      const result = await this.#api.drafts
        .discard({ entryId: this.id, number })
        .catch(() => failed('app.unexpected'));
      if (!result.ok) this.#touched = { ...before, ...this.#touched };
      return result;
    });
  }

  /** Runs a call to main while no save is running, and returns its result. */
  async between<T>(call: () => Promise<T>): Promise<T> {
    this.#clearTimer();
    const result = await this.#enqueue(call);
    if (this.#unsaved.size > 0) this.#schedule(SAVE_WITHIN);
    return result;
  }

  /** Stops saving and forgets unsaved text. Call it when the organization was removed. */
  drop(): void {
    this.#dropped = true;
    this.#unsaved = setOf();
    this.#failure = null;
    this.#clearTimer();
  }

  async #save(): Promise<void> {
    const fields = [...this.#unsaved];
    const edits = this.#editsOf(fields);
    const reverts = fields.filter((field) => this.#touched[field] === undefined);
    const number = (this.#number += 1);
    this.#sending = fields;
    this.#unsaved = setOf();
    const late = setTimeout(() => (this.#late = true), LATE_AFTER_MS);
    const result = await this.#api.drafts
      .save({ entryId: this.id, edits, number })
      .catch(() => failed('app.unexpected'));
    clearTimeout(late);
    this.#late = false;
    this.#sending = [];
    if (this.#dropped) return;
    this.#failure = result.ok ? null : result.failure;
    if (result.ok) {
      this.#answered = number;
      for (const field of fields) {
        this.#reverted[field] = reverts.includes(field) ? edits[field]?.text : undefined;
      }
      // The page with this draft may have overtaken the answer.
      this.follow(this.#view);
      return;
    }
    this.#unsaved = including(this.#unsaved, fields);
    this.#schedule(RETRY_AFTER_MS);
  }

  /** Submits or discards the draft with `call`, after a running save. If it fails, `fields` are saved again. */
  async #handOver(
    fields: readonly FieldName[],
    call: (number: number) => Promise<Result<OrganizationView>>,
  ): Promise<Result<OrganizationView>> {
    this.#clearTimer();
    this.#handOvers += 1;
    const result = await this.#enqueue(async () => {
      const number = (this.#number += 1);
      const answer = await call(number);
      if (answer.ok) this.#answered = number;
      else this.#unsaved = including(this.#unsaved, fields);
      return answer;
    });
    this.#handOvers -= 1;
    if (result.ok && this.#unsaved.size === 0) this.#failure = null;
    // A newer page may have overtaken the answer.
    const isNewest = result.ok && result.value.viewNumber >= this.#view.viewNumber;
    this.follow(isNewest ? result.value : this.#view);
    if (this.#unsaved.size > 0) this.#schedule(SAVE_WITHIN);
    return result;
  }

  /** The edits to send. A reverted field is sent with its baseline, so that main removes it from the draft. */
  #editsOf(fields: readonly FieldName[]): Patch {
    const edits: Patch = {};
    for (const field of fields) {
      const baseline = this.baseline[field];
      const { base, text } = this.#touched[field] ?? { base: baseline, text: baseline };
      edits[field] = { base, text };
    }
    return edits;
  }

  /** The edits typed since `edits` were submitted. Their base is the submitted text. */
  #editsSince(edits: Patch): Patch {
    const touched = { ...this.#touched };
    for (const field of touchedFields(edits)) {
      const [text, submitted] = [touched[field]?.text, edits[field]?.text];
      if (text === submitted || submitted === undefined) delete touched[field];
      else if (text !== undefined) touched[field] = { base: submitted, text };
    }
    return touched;
  }

  /** The edit of a field that main does not have yet, over this page. */
  #editOver({ change }: OrganizationView, field: FieldName) {
    const [edit, below] = [this.#touched[field], change?.patch[field]];
    // A change has taken over what main had of it. What is typed since then starts from the text of that change.
    const isTaken = edit && below && edit.base !== null && edit.base === below.base;
    return isTaken ? { base: this.#baseline[field], text: edit.text } : edit;
  }

  /** The edit of a field in main's draft, or null. Only for a field that has no unsaved edit here. */
  #draftOf(view: OrganizationView, field: FieldName): { base: string | null; text: string } | null {
    const edit = view.draft?.patch[field];
    const { [field]: reverted, ...rest } = this.#reverted;
    this.#reverted = rest;
    if (!edit) return null;
    if (edit.text !== reverted) return { base: edit.base, text: edit.text };
    // Main's baseline had changed when the revert arrived, so the field stayed in the draft: revert it again.
    this.#unsaved = including(this.#unsaved, [field]);
    this.#schedule(SAVE_WITHIN);
    return null;
  }

  /** Runs `work` after the running call, if any. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#running ? this.#running.then(work) : work();
    const end = (): void => {
      if (this.#running !== done) return;
      this.#running = null;
      if (this.#unsaved.size === 0) this.#onidle();
    };
    const done: Promise<void> = result.then(end, end);
    this.#running = done;
    return result;
  }

  /** Schedules a save in `after` ms, unless one is due earlier. */
  #schedule(after: number): void {
    const due = Date.now() + after;
    if (this.#dropped || (this.#timer !== null && this.#due <= due)) return;
    this.#clearTimer();
    this.#due = due;
    this.#timer = setTimeout(() => void this.flush(), after);
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
