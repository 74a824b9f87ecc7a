/**
 * Reduces the status of a change to one of a few kinds. The headline and the actions of the status region depend
 * only on the kind.
 */
import type { Connection } from '../../../shared/connection';
import type { CloudflareNotice } from '../../../shared/failure';
import type { OrganizationView, PendingChange } from '../../../shared/organization';
import { touchedFields, type Patch } from '../../../shared/patch';
import { FIELD_NAMES, type FieldName } from '../../../shared/profile';
import type { SignIn } from '../../../shared/sign-in';

/** The kinds of outcome, from running to needing attention. */
export type OutcomeKind =
  'saving' | 'confirmed' | 'waiting' | 'paused' | 'conflict' | 'stored-differently' | 'refused';

function changeKind(change: PendingChange, connection: Connection['state']): OutcomeKind {
  // A retry still counts as waiting until Cloudflare answers. Otherwise each attempt would remove the buttons
  // under the pointer, and bring them back when it fails.
  const isRetry = change.step === 'reading' && change.state === 'waiting';
  if (change.step !== null && !isRetry) return 'saving';
  switch (change.state) {
    case 'queued':
      // While online, the change is sent immediately; showing "waiting" for a moment would be noise.
      return connection === 'offline' ? 'waiting' : 'saving';
    case 'waiting':
      return 'waiting';
    case 'paused':
      return 'paused';
    case 'conflict':
      return 'conflict';
    case 'differs':
      return 'stored-differently';
    case 'refused':
      return 'refused';
  }
}

/**
 * The outcome to show, or null when there is none.
 *
 * @param submitting whether the window is submitting a change right now
 */
export function outcomeOf(
  view: OrganizationView,
  connection: Connection['state'],
  submitting = false,
): OutcomeKind | null {
  if (submitting) return 'saving';
  if (view.change) return changeKind(view.change, connection);
  return view.confirmed ? 'confirmed' : null;
}

/** Ids of the saves that own the fields of a change; null for fields that the person owns. */
export function savesOf(patch: Patch): (string | null)[] {
  return touchedFields(patch).map((field) => patch[field]?.save ?? null);
}

/** Whether the person can discard the change. */
export function canDiscard(kind: OutcomeKind): boolean {
  return kind !== 'saving' && kind !== 'confirmed';
}

/**
 * The fields to edit before the change can be saved: those whose text Cloudflare refused or stored differently. The same
 * text would end in the same way.
 */
export function fieldsToCorrect(change: PendingChange): FieldName[] {
  if (change.state === 'differs') return fieldsStoredDifferently(change);
  const notices = fieldNotices(change);
  return FIELD_NAMES.filter((field) => notices[field]);
}

/**
 * Whether trying again now would do anything: not in a conflict, which needs a decision first, nor while the change waits
 * for something else that is known.
 *
 * @param waitsFor what it waits for: whether all of its saves are paused, why its sign-in is read-only, and the clock
 */
export function canTryAgain(
  kind: OutcomeKind,
  change: PendingChange,
  waitsFor: {
    isSavePaused: boolean;
    readOnly: SignIn['readOnly'] | undefined;
    clock: { ahead(moment: number | null): boolean };
  },
): boolean {
  if (fieldsToCorrect(change).length > 0) return false;
  if (kind === 'refused') return true;
  if ((kind !== 'waiting' && kind !== 'paused') || waitsFor.isSavePaused) return false;
  // What the person chose themselves is not tried again; nor is what waits for a time that its sentence names.
  const { code, retryAt = change.nextTryAt } = change.failure ?? {};
  return (
    code !== 'profile.just-saved' &&
    !(code === 'cloudflare.rate-limited' && waitsFor.clock.ahead(retryAt)) &&
    !(code === 'sign-in.read-only' && waitsFor.readOnly === 'chosen')
  );
}

/**
 * The fields that changed at Cloudflare since the person last viewed the page, or null. Null also where the page
 * shows Cloudflare's texts already, and while saving, when a different outcome is about to appear.
 */
export function changedElsewhere(
  kind: OutcomeKind | null,
  { changedElsewhere: news }: OrganizationView,
): readonly FieldName[] | null {
  if (kind === 'saving' || kind === 'conflict' || kind === 'stored-differently') return null;
  return news && news.fields.length > 0 ? news.fields : null;
}

/** The fields that Cloudflare stored differently from what was sent. */
export function fieldsStoredDifferently({ patch, remote, conflicts }: PendingChange): FieldName[] {
  if (!remote) return [];
  // Excludes fields of a save of many that were not sent.
  const written = conflicts.length > 0 ? conflicts : touchedFields(patch);
  return written.filter((field) => remote[field] !== patch[field]?.text);
}

/** Whether fields of a change that was stored differently still wait to be sent, such as those of a paused save. */
export function hasWaitingFields(change: PendingChange): boolean {
  const { conflicts, patch } = change;
  // `conflicts` has all fields that were sent, also those corrected at Cloudflare since.
  return conflicts.length > 0 && conflicts.length < touchedFields(patch).length;
}

/** The fields that were sent empty, but whose text Cloudflare kept. */
export function fieldsKept(change: PendingChange): FieldName[] {
  return fieldsStoredDifferently(change).filter((field) => change.patch[field]?.text === '');
}

/** Whether nothing else was stored differently. The page then speaks of these fields only. */
export function isOnlyKept(change: PendingChange): boolean {
  const kept = fieldsKept(change).length;
  return (
    change.failure?.code === 'profile.empty-kept' &&
    kept > 0 &&
    kept === fieldsStoredDifferently(change).length
  );
}

/** Cloudflare's messages about single fields when it refused a change; each is shown beside its field. */
export function fieldNotices(
  change: PendingChange | null,
): Partial<Record<FieldName, CloudflareNotice>> {
  const notices: Partial<Record<FieldName, CloudflareNotice>> = {};
  if (change?.state !== 'refused') return notices;
  for (const field of FIELD_NAMES) {
    const notice = change.failure?.errors?.find((error) => error.field === field);
    if (notice) notices[field] = notice;
  }
  return notices;
}
