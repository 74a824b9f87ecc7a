/**
 * One open organization: its data as main last sent it, the form with the person's edits, and all actions. Each
 * page creates an editor when it mounts. Typed text is in the autosave, which outlives the page.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import type { Result } from '../../../shared/result';
import { Action } from '../../state/action.svelte';
import type { Autosaves } from '../../state/autosaves.svelte';
import type { Autosave } from '../../state/autosave.svelte';
import { ConflictChoices } from '../../state/conflict-choices.svelte';
import { isOlder } from '../../state/open-organization.svelte';
import type { OrganizationView } from '../../../shared/organization';
import { touchedFields, type Patch } from '../../../shared/patch';
import { FIELD_NAMES, type FieldName, type Profile } from '../../../shared/profile';

/** Fields that are multiline whatever their text is. */
const ALWAYS_MULTI_LINE: readonly FieldName[] = ['business_address', 'external_metadata'];

/** An action that the person starts on the page. */
export type PageAction =
  | 'refresh'
  | 'submit'
  | 'retry'
  | 'discard-change'
  | 'accept'
  | 'resolve'
  | 'restore'
  | 'discard-edits';

/** The completed action that the page confirms, until the person edits or starts another action. */
export type Feedback =
  | 'change-discarded'
  | 'accepted'
  | 'remote-kept'
  | 'restored'
  | 'restored-same'
  | 'field-restored'
  | 'field-restored-same'
  | 'save-undone';

/** How restoring a revision ended. `ask`: there is a draft of it, and the person must confirm replacing it. */
export type Restored = 'done' | 'ask' | 'failed';

/** Options of `Editor`. */
export interface EditorOptions {
  api: LetterheadApi;
  autosaves: Autosaves;
  /** The organization when its page opens. */
  view: OrganizationView;
  /** The choices that the person made in the organization's conflict when its page was open before. */
  choices?: ConflictChoices;
  /** Called with every newer page that an action returns. */
  onview?: (view: OrganizationView) => void;
}

/** The texts of edits, to be compared. */
const markOf = (edits: Patch): string =>
  JSON.stringify(FIELD_NAMES.map((field) => edits[field]?.text));

/** The state and the actions of one organization's page. */
export class Editor {
  #view = $state.raw() as OrganizationView;
  #feedback = $state.raw<Feedback | null>(null);
  #refused = $state.raw<FieldName | null>(null);
  /** `busy` tells when it changes. */
  #restoring: Editor['restoring'] = null;
  /** How often something was typed or undone in a field. */
  #edits = 0;
  #multiLine = $state.raw<readonly FieldName[]>(ALWAYS_MULTI_LINE);
  /** The edits before the last restored version, undone save or undone form, and a mark of those after it; or null. */
  #replaced = $state.raw<{ before: Patch; after: string } | null>(null);
  readonly autosave: Autosave;
  readonly choices: ConflictChoices;
  /** A refresh may take long on a slow network, and no other action depends on it. */
  readonly #action = new Action<PageAction>({ background: 'refresh', keepsFailure: true });
  readonly #api: LetterheadApi;
  readonly #autosaves: Autosaves;
  readonly #onview: (view: OrganizationView) => void;

  constructor({ api, autosaves, view, choices, onview }: EditorOptions) {
    this.#api = api;
    this.#autosaves = autosaves;
    this.#view = view;
    this.#onview = onview ?? (() => undefined);
    this.autosave = autosaves.of(view);
    this.choices = choices ?? new ConflictChoices();
    this.choices.follow(view.change);
    this.#update();
  }

  /** The organization as main last sent it. */
  get view(): OrganizationView {
    return this.#view;
  }

  /** The running action, or null. */
  get busy(): PageAction | null {
    return this.#action.busy;
  }

  /** Whether an action is running that others have to wait for. */
  get occupied(): boolean {
    return this.#action.occupied;
  }

  /** The revision that is being restored, and the field or null for all of it; null: none is. */
  get restoring(): { revisionId: number; field: FieldName | null } | null {
    return this.busy === 'restore' ? this.#restoring : null;
  }

  /** Why the last action failed locally, before anything reached Cloudflare; null after the next one succeeds. */
  get failure(): Failure | null {
    return this.#action.failure;
  }

  /** The action that failed. */
  get failedAction(): PageAction | null {
    return this.#action.failedName;
  }

  /** The completed action to confirm; null once the person edits or starts another action. */
  get feedback(): Feedback | null {
    return this.#feedback;
  }

  /** Whether edits were discarded and can be brought back, also after the page was left. */
  get canBringBack(): boolean {
    return !this.readOnly && this.#autosaves.discarded.has(this.#view.id);
  }

  /** Whether the last thing that was done to the edits as a whole can be undone: discarding or replacing them. */
  get canUndo(): boolean {
    return this.canBringBack || (!this.readOnly && this.#undone !== null);
  }

  /** The edits that were replaced, unless there are others by now, also of the table or of a batch; or null. */
  get #undone(): Patch | null {
    const replaced = this.#replaced;
    return replaced?.after === markOf(this.autosave.touched) ? replaced.before : null;
  }

  #remember(before: Patch): void {
    this.#replaced = { before, after: markOf(this.autosave.touched) };
  }

  /** The fields whose last save can be undone; none once one of them has newer text. */
  get undoable(): readonly FieldName[] {
    const { confirmed, change } = this.#view;
    const fields = touchedFields(confirmed?.replaced ?? {});
    const isNewer = change !== null || fields.some((field) => this.autosave.isChanged(field));
    return isNewer || this.readOnly ? [] : fields;
  }

  /** Whether there is anything to edit: a profile that was read, or earlier edits. */
  get editable(): boolean {
    const { profile, draft, change } = this.#view;
    return profile !== null || draft !== null || change !== null;
  }

  /** Whether nothing can be changed, because the sign-in only reads. */
  get readOnly(): boolean {
    return this.#view.signIn !== null && this.#view.signIn.readOnly !== null;
  }

  /** Applies a newer page from main. */
  follow(view: OrganizationView): void {
    if (isOlder(view, this.#view)) return;
    this.#view = view;
    this.autosave.follow(view);
    this.#update();
    this.choices.follow(view.change);
  }

  /** The field whose last input was refused, because its text would have been too long; null after the next edit. */
  get refused(): FieldName | null {
    return this.#refused;
  }

  /** Whether a field needs a multiline control. Never changes while the field is being edited. */
  isMultiLine(field: FieldName): boolean {
    return this.#multiLine.includes(field);
  }

  /** Handles typing into a field; `typed` is the whole value of its control. */
  type(field: FieldName, typed: string): void {
    if (typed !== this.autosave.shown(field)) this.#edited(field, this.autosave.type(field, typed));
  }

  /** Sets the text of a field, byte for byte. */
  setText(field: FieldName, text: string): void {
    if (text !== this.autosave.texts[field]) this.#edited(field, this.autosave.edit(field, text));
  }

  /**
   * Undoes the edit of a field: it shows the saved or waiting text again, byte for byte. Saved immediately.
   * @param undoable whether `undo` brings the edit back
   */
  undoEdit(field: FieldName, undoable = false): void {
    const before = this.autosave.touched;
    this.setText(field, this.autosave.baseline[field]);
    if (undoable) this.#remember(before);
    this.#update();
    void this.autosave.flush();
  }

  #edited(field: FieldName, isDone: boolean): void {
    this.#refused = isDone ? null : field;
    if (!isDone) return;
    this.#edits += 1;
    this.#forget();
    this.#feedback = null;
  }

  /** Gives texts with line breaks a multiline control, after texts changed other than by typing. */
  #update(): void {
    // Only the shown text counts. A touched field keeps its control, cursor and undo history, even if its new
    // baseline has line breaks.
    const { texts } = this.autosave;
    const multiLine = FIELD_NAMES.filter(
      (field) => this.#multiLine.includes(field) || /[\r\n]/.test(texts[field]),
    );
    if (multiLine.length > this.#multiLine.length) this.#multiLine = multiLine;
  }

  /** Forgets what could be undone. */
  #forget(): void {
    this.#autosaves.discarded.delete(this.#view.id);
    this.#replaced = null;
  }

  /** Submits the edits; true when main accepted them. */
  submit(): Promise<boolean> {
    this.#forget();
    const { change } = this.#view;
    const remote = change?.state === 'differs' ? change.remote : null;
    return this.#act('submit', () => this.autosave.submit(remote));
  }

  /** Discards the edits; `bringBack` undoes it until the next edit. */
  async discardEdits(): Promise<void> {
    const { touched } = this.autosave;
    if (!(await this.#act('discard-edits', () => this.autosave.discard()))) return;
    // Text typed since must not be replaced by what was discarded.
    const isEdited = this.autosave.changed.length > 0;
    this.#forget();
    if (!isEdited) this.#autosaves.discarded.set(this.#view.id, touched);
  }

  /** Brings back the discarded edits and saves them immediately. */
  async bringBack(): Promise<void> {
    const discarded = this.#autosaves.discarded.get(this.#view.id);
    if (!discarded) return;
    this.#forget();
    // What was typed since, as in the table, is newer.
    await this.#setEdits({ ...discarded, ...this.autosave.touched });
  }

  /** Undoes what was last done to the edits as a whole; see `canUndo`. */
  async undo(): Promise<void> {
    const replaced = this.#undone;
    if (!replaced) return this.bringBack();
    this.#forget();
    this.#feedback = null;
    await this.#setEdits(replaced);
  }

  /** Replaces the edits by these, and saves them immediately. */
  async #setEdits(edits: Patch): Promise<void> {
    const { touched, baseline } = this.autosave;
    for (const field of touchedFields(touched)) {
      if (!edits[field]) this.autosave.edit(field, baseline[field]);
    }
    this.autosave.restore(edits);
    this.#update();
    await this.autosave.flush();
  }

  /**
   * Puts the texts from before the last confirmed save into the form, as a draft over what Cloudflare has now.
   * Returns these fields.
   */
  async undoSave(): Promise<readonly FieldName[]> {
    const fields = this.undoable;
    const before = this.autosave.touched;
    const { replaced = {} } = this.#view.confirmed ?? {};
    for (const field of fields) this.setText(field, replaced[field] ?? '');
    this.#update();
    if (fields.length > 0) {
      this.#feedback = 'save-undone';
      this.#remember(before);
    }
    await this.autosave.flush();
    return fields;
  }

  /** Reads the profile from Cloudflare now. */
  refresh(): Promise<boolean> {
    return this.#act('refresh', () => this.#api.organizations.refresh({ entryId: this.#view.id }));
  }

  /** Tries to send the pending change now. */
  async retry(): Promise<boolean> {
    const decision = this.#decision();
    return decision !== null && this.#act('retry', () => this.#api.changes.retry(decision));
  }

  /** Discards the pending change, in the version that is shown: without fields that a save of many has added since. */
  async discardChange(): Promise<boolean> {
    const version = this.#view.change?.version;
    if (version === undefined) return false;
    const done = await this.#actOnSaved('discard-change', () =>
      this.#api.changes.discard({ entryId: this.#view.id, version }),
    );
    if (done) this.#feedback = 'change-discarded';
    return done;
  }

  /** Accepts the text that Cloudflare stored instead of ours. */
  async acceptAsStored(): Promise<boolean> {
    const decision = this.#decision();
    if (!decision) return false;
    const done = await this.#actOnSaved('accept', () => this.#api.changes.acceptAsStored(decision));
    if (done) this.#feedback = 'accepted';
    return done;
  }

  /** Resolves the conflict with the choices made for the texts on screen. */
  async resolve(): Promise<boolean> {
    const decision = this.#decision();
    if (!decision?.remote) return false;
    const { chosen } = this.choices;
    const done = await this.#actOnSaved('resolve', () =>
      this.#api.changes.resolve({ ...decision, choices: chosen }),
    );
    if (done && !this.#view.change) this.#feedback = 'remote-kept';
    return done;
  }

  /**
   * Restores a revision into the form, as a draft, or only `field` of it, after an action that is running. Replaces an
   * existing draft only with `replaceDraft`; otherwise returns `ask`.
   */
  async restore(
    revisionId: number,
    replaceDraft: boolean,
    field: FieldName | null = null,
  ): Promise<Restored> {
    const entryId = this.#view.id;
    const fields = field === null ? {} : { fields: [field] };
    let before = this.autosave.touched;
    let edits = this.#edits;
    const done = await this.#act('restore', () => {
      this.#restoring = { revisionId, field };
      // Main must have all typed text, so that it detects a draft and adds the draft to the history.
      return this.#onSaved(() => {
        before = this.autosave.touched;
        edits = this.#edits;
        return this.#api.history.restore({ entryId, revisionId, replaceDraft, ...fields });
      });
    });
    if (!done) {
      if (this.failure?.code !== 'draft.exists' || this.failedAction !== 'restore') return 'failed';
      this.#action.failure = null;
      return 'ask';
    }
    this.#forget();
    // Text typed since must not be replaced by what was there before.
    if (edits === this.#edits) this.#remember(before);
    if (field === null)
      this.#feedback = this.autosave.changed.length > 0 ? 'restored' : 'restored-same';
    else this.#feedback = this.autosave.isChanged(field) ? 'field-restored' : 'field-restored-same';
    return 'done';
  }

  /** Identifies what the person saw when deciding; null without a pending change. */
  #decision(): { entryId: string; version: number; remote: Profile | null } | null {
    const { id, change } = this.#view;
    return change && { entryId: id, version: change.version, remote: change.remote };
  }

  /**
   * Runs an action that changes the baseline of the edits. The draft must be saved first: main rebases it, and
   * cannot do that for text that only the window has.
   */
  #actOnSaved(action: PageAction, call: () => Promise<Result<OrganizationView>>): Promise<boolean> {
    return this.#act(action, () => this.#onSaved(call));
  }

  async #onSaved(call: () => Promise<Result<OrganizationView>>): Promise<Result<OrganizationView>> {
    await this.autosave.flush();
    const { failure } = this.autosave;
    return failure ? { ok: false, failure } : call();
  }

  /** Runs an action and applies the page that it returns, if any; true on success. */
  async #act(
    action: PageAction,
    call: () => Promise<Result<OrganizationView | null>>,
  ): Promise<boolean> {
    const work = (): Promise<Result<OrganizationView | null>> => {
      this.#feedback = null;
      return call();
    };
    // What is restored asks before it replaces a draft, so it may follow whatever is running.
    const result = await (action === 'restore'
      ? this.#action.runNext(action, work)
      : this.#action.run(action, work));
    if (!result?.ok) return false;
    if (result.value) {
      this.follow(result.value);
      this.#onview(result.value);
    }
    return true;
  }
}
