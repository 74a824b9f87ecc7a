/** What acts over many organizations did with the drafts, as the person sees it afterwards. */
import { baselineOf, type OrganizationView } from '../../../src/shared/organization';
import { pick, textsOf, touchedFields, type Patch } from '../../../src/shared/patch';
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { Calls } from './calls';
import {
  acknowledge,
  latest,
  mayHaveComeBack,
  readMeanwhile,
  type Known,
  type Moment,
  type Seen,
} from './record';

/** Converts edits on a page to the form in which they are recorded. */
export function asTyped(one: Known, view: OrganizationView, edits: Patch) {
  const under = baselineOf(view);
  const changed = touchedFields(edits).filter((field) => edits[field]?.text !== under[field]);
  const known = latest(one).seen;
  const { change } = view;
  const isShown = change?.state === 'conflict' || change?.state === 'differs';
  const seen: Seen = {};
  for (const field of changed) {
    const base = edits[field]?.base;
    const texts = known[field] ?? (typeof base === 'string' ? [base] : []);
    // The page shows Cloudflare's copy beside a change that waits for the person.
    seen[field] = [...texts, ...(isShown && change.remote ? [change.remote[field]] : [])];
  }
  const texts = textsOf(edits);
  return { edits: Object.fromEntries(changed.map((field) => [field, texts[field]])), seen };
}

/**
 * Acknowledges an act over many organizations, in one of them. Each of its fields either is as before or as the record
 * expects: the act may have left it out, because something has changed since.
 * @param before the state of the draft before the act
 */
export async function settleDraft(
  calls: Calls,
  one: Known,
  moment: Moment,
  before: Moment,
): Promise<OrganizationView> {
  const view = await calls.value('organizations', 'open', { entryId: one.id });
  settleShown(view, one, moment, before);
  one.offers = [];
  return view;
}

/** Like `settleDraft`, on a page that was opened since. The offers of the act still hold. */
export function settleShown(
  view: OrganizationView,
  one: Known,
  moment: Moment,
  before: Moment,
): void {
  const patch = view.draft?.patch ?? {};
  const found = textsOf(patch);
  const after = moment.edits;
  const isExpected = (field: FieldName): boolean => {
    const text = found[field];
    if (text === before.edits[field] || text === after[field]) return true;
    if (text !== undefined && before.edits[field] !== undefined) return false;
    if (text !== undefined) return mayHaveComeBack(one, field, text);
    // A text that equals the saved or pending one is no draft any more.
    return [before.edits[field]!, after[field]!].some((gone) => one.under[field].has(gone));
  };
  for (const field of FIELD_NAMES.filter((name) => !isExpected(name))) {
    const shown = JSON.stringify(found[field]);
    one.complaints.push(`${field}: the draft is ${shown} after this was done: ${moment.what}`);
  }
  const replaced = touchedFields(moment.remembered).filter(
    (field) => found[field] !== before.edits[field],
  );
  moment.remembered = pick(moment.remembered, replaced);
  const { edits, seen } = asTyped(one, view, patch);
  for (const field of touchedFields(edits)) {
    const meanwhile = readMeanwhile(one, moment, field, patch[field]?.base);
    seen[field] = [...(seen[field] ?? []), ...meanwhile];
  }
  Object.assign(moment, { edits, seen });
  acknowledge(one, moment);
}
