/** Makes the drafts of one entry in a batch, and says why it made none of a text. */
import { createHash } from 'node:crypto';
import { unsendable } from '../../shared/advice';
import type { DraftNote, LeftOut } from '../../shared/changes';
import { touchedFields } from '../../shared/patch';
import { restoreLineEnds, type Edits, type FieldName } from '../../shared/profile';
import type { ListEntry, SignInRow, Tables } from '../database';
import { textsUnderDraft, type ChangeState, type EventOf, type PendingState } from './machine';
import { applyEdits, applyEvent, loadState, stateOf } from './repository';

/** The new text of a field of an entry that shows the text `shown`, or why it gets none. */
export type TextFor = (
  entryId: string,
  field: FieldName,
  shown: string,
) => { text: string } | LeftOut;

/** What a batch makes drafts of. */
export interface BatchTexts {
  /** The id of the batch. */
  id: string;
  fields: readonly FieldName[];
  textFor: TextFor;
  /** Whether they replace drafts, unless typed since. A text that is replaced goes to the history. */
  alsoOverDrafts: boolean;
  /** The last `seq` of a draft when the person asked for the batch. */
  since: number;
  /**
   * Marks of the texts that entries showed when the batch was there, in the order of `fields`. Made again, it changes only
   * those: a text that is another one meanwhile may have been changed by it.
   */
  seen: ReadonlyMap<string, readonly number[]>;
  /** Of an import. */
  imported?: { textsOf: (entryId: string) => ImportedTexts } | undefined;
}

/** What is known of the imported texts of one entry. */
export interface ImportedTexts {
  /** Whether the text under a draft is another one than was exported. */
  isChangedSince: (field: FieldName, under: string) => boolean;
  /** What a person should know of their cells. */
  notes: Readonly<Partial<Record<FieldName, readonly DraftNote[]>>>;
}

/** What a batch did in one entry. */
export interface Filled {
  isMade: boolean;
  /** Why it made no draft of a text. `unchanged` only if all texts are the same already. */
  leftOut: ReadonlySet<LeftOut>;
  /** The marks of the texts that the entry showed; null: they do not matter. */
  seen: readonly number[] | null;
}

/** A number that two texts share once in 2^48 times. */
const markOf = (text: string): number =>
  createHash('sha256').update(text).digest().readUIntBE(0, 6);

/** What decides whether texts of an entry can become drafts. */
interface Fillable {
  signIn: Pick<SignInRow, 'readOnly'> | null;
  pending: Pick<PendingState, 'status'> | null;
  isUnread: boolean;
}

/** Why no text of an entry can become a draft, or null. */
export function entryLeftOut({ signIn, pending, isUnread }: Fillable): LeftOut | null {
  if (signIn && signIn.readOnly !== null) return 'read-only';
  if (pending && pending.status !== 'queued') return 'decide';
  // No one knows what the text would replace.
  return isUnread ? 'unread' : null;
}

/** The text that a page shows in a field: the draft, or what is under it. */
const shownText = (state: ChangeState, field: FieldName): string =>
  state.draft[field]?.text ?? textsUnderDraft(state)[field];

/** The texts that an entry shows in these fields; null if it was never read, or is not saved. Call inside `Database.read`. */
export function textsToFill(
  tables: Tables,
  entryId: string,
  fields: readonly FieldName[],
): Edits | null {
  const state = loadState(tables, entryId);
  if (state.saved === 'unread' || !tables.organizations.get(entryId)) return null;
  return Object.fromEntries(fields.map((field) => [field, shownText(state, field)]));
}

/** Why a text does not become the draft of a field that has none, or whose draft may be replaced; null: it does. */
export function textLeftOut(
  text: string,
  { shown, under, isImported }: { shown: string; under: string; isImported: boolean },
): LeftOut | null {
  if (text === shown) return 'unchanged';
  // This is what an export writes, so it says nothing about the draft.
  if (isImported && restoreLineEnds(under, text) === under) return 'unchanged';
  // The line ends of the text shown may have made it longer.
  return unsendable(text) ? 'too-long' : null;
}

/** The draft text of a field, or why there is none. */
function textOf(
  tables: Tables,
  state: ChangeState,
  { entryId, field, shown }: { entryId: string; field: FieldName; shown: string },
  { textFor, alsoOverDrafts, since, imported }: BatchTexts,
): { text: string } | LeftOut {
  const made = textFor(entryId, field, shown);
  if (typeof made === 'string') return made;
  const texts = { shown, under: textsUnderDraft(state)[field], isImported: imported !== undefined };
  const reason = textLeftOut(made.text, texts);
  if (reason !== null) return reason;
  const isTypedSince = (): boolean => tables.drafts.isTypedSince(entryId, field, since);
  return state.draft[field] && (!alsoOverDrafts || isTypedSince()) ? 'draft' : made;
}

/** What a person should know of a text. */
function notesOf(
  state: ChangeState,
  field: FieldName,
  imported: ImportedTexts | undefined,
): DraftNote[] {
  if (!imported) return [];
  const isChanged = imported.isChangedSince(field, textsUnderDraft(state)[field]);
  return [...(imported.notes[field] ?? []), ...(isChanged ? (['changed-since'] as const) : [])];
}

/**
 * Makes the drafts of a batch in one entry. Call inside `Database.write`.
 * @param entry as it is now; undefined: it is not saved
 */
export function fillOne(
  tables: Tables,
  entry: ListEntry | undefined,
  batch: BatchTexts,
  at: number,
): Filled {
  const none = (reason: LeftOut): Filled => ({
    isMade: false,
    leftOut: new Set([reason]),
    seen: null,
  });
  if (!entry) return none('removed');
  const { signIn } = entry;
  const entryId = entry.organization.id;
  const state = stateOf(tables, entryId, entry);
  const { pending, saved } = state;
  const reason = entryLeftOut({ signIn, pending, isUnread: saved === 'unread' });
  if (reason) return none(reason);
  const leftOut = new Set<LeftOut>();
  const edits: EventOf<'edit'>[] = [];
  const noted: [FieldName, DraftNote[]][] = [];
  const texts = batch.fields.map((field) => shownText(state, field));
  const marks = texts.map(markOf);
  const seen = batch.seen.get(entryId) ?? marks;
  for (const [n, field] of batch.fields.entries()) {
    const shown = texts[n] ?? '';
    const made =
      marks[n] === seen[n] ? textOf(tables, state, { entryId, field, shown }, batch) : 'changed';
    if (typeof made === 'string') {
      leftOut.add(made);
      continue;
    }
    const notes = notesOf(state, field, batch.imported?.textsOf(entryId));
    if (notes.length > 0) noted.push([field, notes]);
    // Without a base, sending it asks about whatever Cloudflare has.
    const base = notes.includes('changed-since') ? { base: null } : {};
    edits.push({ type: 'edit', field, text: made.text, batch: batch.id, ...base });
  }
  applyEdits(tables, entryId, state, edits, { at, isPageOpen: true });
  for (const [field, notes] of noted) tables.drafts.setNotes(entryId, field, notes);
  const isMade = edits.length > 0;
  if (isMade || leftOut.size > 1) leftOut.delete('unchanged');
  return { isMade, leftOut, seen };
}

/**
 * Takes back what a batch made in one entry where its text is still there, which goes to the history. Call inside
 * `Database.write`.
 */
export function takeBackOne(tables: Tables, entry: ListEntry, batch: string, at: number): void {
  const entryId = entry.organization.id;
  const made = tables.drafts.madeBy(entryId, batch);
  const context = { at, isPageOpen: true };
  const added = touchedFields(made).filter((field) => made[field] === null);
  if (added.length > 0) {
    const event = { type: 'discardDraft', fields: added, remember: true } as const;
    applyEvent(tables, entryId, event, context, stateOf(tables, entryId, entry));
  }
  for (const field of touchedFields(made)) {
    const before = made[field];
    if (!before) continue;
    const { text, base, origin, replaced, notes } = before;
    applyEvent(tables, entryId, { type: 'edit', field, text, base, remember: true }, context);
    const own = { origin: origin === batch ? null : origin, replaced, notes };
    tables.drafts.setOrigin(entryId, field, own);
  }
}
