/**
 * What the parts of an organization's page share: its editor, the tab and the dialog that are shown, and where the focus
 * goes. Each page creates one when it mounts; its parts get it from `pageState()`.
 */
import { createContext, tick } from 'svelte';
import type { Revision } from '../../../shared/history';
import type { FieldName } from '../../../shared/profile';
import { isTypingElsewhere } from '../../ui/focus';
import type { Editor } from './editor.svelte';

/** A tab of the page. */
export type PageTab = 'profile' | 'history';

/** A dialog of the page. Only one is open at a time. */
export type PageDialog =
  'review' | 'discard-change' | 'replace-draft' | 'remove' | 'replace-key' | 'sign-in';

/** The first control of a field, which may be a form. */
const firstControlOf = (field: FieldName): string =>
  `[data-field="${field}"] :is(input, textarea, button)`;

/** The state of one organization's page, and what its parts ask of each other. */
export class PageState {
  readonly editor: Editor;
  /** The element of the page; undefined before it is mounted. */
  element = $state<HTMLElement>();
  /** Whether the field for metadata is unfolded. */
  isMetadataOpen = $state(false);
  /** Whether its bar says that there is nothing to save. */
  showsNothingToSave = $state(false);
  #tab = $state<PageTab>('profile');
  #dialog = $state<PageDialog | null>(null);
  #opener: Element | null = null;
  /** What to restore once the person has confirmed replacing the draft: a revision, or one field of it. */
  #restoring = $state.raw<{ revision: Revision; field: FieldName | null } | null>(null);

  constructor(editor: Editor) {
    this.editor = editor;
  }

  /** The shown tab. */
  get tab(): PageTab {
    return this.#tab;
  }

  /** Saves typed text immediately when the tab changes. */
  set tab(tab: PageTab) {
    if (tab !== this.#tab) void this.editor.autosave.flush();
    this.#tab = tab;
  }

  /** The open dialog, or null. */
  get dialog(): PageDialog | null {
    return this.#dialog;
  }

  /** The field that the dialog `replace-draft` is about; null: the whole revision. */
  get restoredField(): FieldName | null {
    return this.#restoring?.field ?? null;
  }

  /** Whether there are edits, and nothing else is running. */
  get canDiscard(): boolean {
    return !this.#dialog && !this.editor.occupied && this.editor.autosave.changed.length > 0;
  }

  /** Whether the edits can be reviewed. */
  get canReview(): boolean {
    return this.canDiscard && !this.editor.readOnly;
  }

  /** Opens a dialog. */
  open(dialog: PageDialog): void {
    this.#opener = document.activeElement;
    this.#dialog = dialog;
  }

  /** Opens the review of the edits. */
  review(): void {
    if (!this.canReview) return;
    void this.editor.autosave.flush();
    this.open('review');
  }

  /** Cancels the dialog. If the element that opened it is gone, focuses the heading. */
  async close(): Promise<void> {
    this.#dialog = null;
    // The dialog restores the focus first.
    await tick();
    await tick();
    if (document.activeElement === document.body) this.focusHeading();
  }

  /** Closes the dialog after its action is done, and moves the focus to a sensible place. */
  async #done(): Promise<void> {
    this.#dialog = null;
    await tick();
    // If a field had the focus when the dialog opened, it keeps it. A button that opened it is gone by now.
    const opener = this.#opener;
    if (!(opener instanceof HTMLInputElement || opener instanceof HTMLTextAreaElement)) {
      this.focusHeading();
    }
  }

  /** Discards the edits, unless there is nothing to discard now. */
  async discardEdits(): Promise<void> {
    if (this.canDiscard) await this.editor.discardEdits();
  }

  /** Submits the reviewed edits. */
  async submit(): Promise<void> {
    if (await this.editor.submit()) await this.#done();
  }

  /** Discards the pending change. */
  async discardChange(): Promise<void> {
    if (await this.editor.discardChange()) await this.#done();
  }

  /** Restores a revision, or one field of it. Asks first if that replaces a draft. */
  async restore(revision: Revision, field: FieldName | null, replaceDraft = false): Promise<void> {
    const from = document.activeElement;
    const restored = await this.editor.restore(revision.id, replaceDraft, field);
    if (restored === 'ask') {
      this.#restoring = { revision, field };
      this.open('replace-draft');
    }
    if (restored !== 'done') return;
    if (this.#dialog === 'replace-draft') this.#dialog = null;
    if (!isTypingElsewhere(from)) await this.showField(field ?? this.editor.autosave.changed[0]);
  }

  /** Restores what the person was asked about. */
  async replaceDraft(): Promise<void> {
    if (this.#restoring) await this.restore(this.#restoring.revision, this.#restoring.field, true);
  }

  /** Undoes the confirmed save. */
  async undoSave(): Promise<void> {
    const from = document.activeElement;
    const [first] = await this.editor.undoSave();
    if (!isTypingElsewhere(from)) await this.showField(first);
  }

  /** Focuses the heading, so that a screen reader continues there. */
  focusHeading(): void {
    this.#focus('h1');
  }

  /** Shows the profile and focuses a field, or the heading. */
  async showField(field: FieldName | undefined): Promise<void> {
    if (field === 'external_metadata') this.isMetadataOpen = true;
    await this.#show('profile', field ? firstControlOf(field) : 'h1');
  }

  /** Shows the history and focuses its tab. */
  async showHistory(): Promise<void> {
    await this.#show('history', '[role="tab"][aria-selected="true"]');
  }

  /** Shows the conflict and focuses the next choice to make. */
  async showDecision(): Promise<void> {
    const { missing, fields } = this.editor.choices;
    await this.#show('profile', `[data-conflict="${missing[0] ?? fields[0]?.field}"] input`);
  }

  async #show(tab: PageTab, selector: string): Promise<void> {
    this.tab = tab;
    await tick();
    this.#focus(selector);
  }

  #focus(selector: string): void {
    this.element?.querySelector<HTMLElement>(selector)?.focus();
  }
}

/** The state of the page around the component. Call it during component initialization. */
export const [pageState, setPageState] = createContext<PageState>();
