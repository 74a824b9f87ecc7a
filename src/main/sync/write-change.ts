/** The second half of a send: writing, reading back, and what the copy read back means. */
import type { Failure, Notice } from '../../shared/failure';
import { FIELD_NAMES } from '../../shared/profile';
import { pause } from '../cloudflare/timers';
import * as confirming from './confirming';
import { judgeReadBack, type Change } from './plan';
import type { Copy } from './read-copy';
import { ended, read, refuse, store, type Sending, type SendResult } from './sending';

/** Waits before each read-back, in ms: a copy that is not there yet gets a moment. */
export const READ_BACK_WAITS_MS = [0, 300, 1_000] as const;

/** Cloudflare holds what was sent. */
export function confirm(
  sending: Sending,
  change: Change,
  copy: Copy,
  messages: Notice[],
): SendResult {
  const { deps, row, credentialId } = sending;
  const at = deps.now();
  const stored = store(sending, (tables) => confirming.confirm(tables, row, change, copy, at));
  if (!stored.ok) return stored.result;
  deps.progress.copied(row.organizationId);
  // Only now: reading alone does not prove that it may write what waits for it.
  deps.onSignInWorks?.(credentialId);
  const { how, found } = stored.value;
  deps.progress.found(row.organizationId, at, found);
  if (how !== 'confirmed') return { end: 'overtaken' };
  const alsoUpdated = FIELD_NAMES.filter(
    (field) =>
      change.desired[field] === change.base[field] && copy.fields[field] !== change.base[field],
  );
  deps.progress.set(row.organizationId, { confirmed: { at, alsoUpdated, messages } });
  return { end: 'confirmed' };
}

/** Cloudflare holds something else than was sent. */
function differs(
  sending: Sending,
  change: Change,
  copy: Copy,
  messages: readonly Notice[],
): SendResult {
  const { deps, row } = sending;
  const failure: Failure = {
    code: 'profile.stored-differently',
    ...(messages.length > 0 ? { messages: [...messages] } : {}),
  };
  const at = deps.now();
  const stored = store(sending, (tables) =>
    confirming.keepStoredDifferently(tables, row, change, copy, failure, at),
  );
  if (!stored.ok) return stored.result;
  deps.progress.copied(row.organizationId);
  deps.progress.found(row.organizationId, at, stored.value.found);
  return { end: stored.value.kept ? 'refused' : 'overtaken' };
}

/** Reads back until Cloudflare's copy is no longer the old one, at most three times, and judges it. */
async function readBack(
  sending: Sending,
  change: Change,
  before: Copy,
  messages: Notice[],
): Promise<SendResult> {
  const { deps, signal } = sending;
  let copy = before;
  for (const wait of READ_BACK_WAITS_MS) {
    if (wait > 0) await pause(deps.timers, wait, signal);
    const again = await read(sending, before.exists);
    if ('end' in again) return again;
    copy = again;
    const verdict = judgeReadBack(change, before.fields, copy.fields);
    const all = [...messages, ...copy.messages];
    if (verdict === 'confirmed' && copy.exists) return confirm(sending, change, copy, all);
    if (verdict === 'different') break;
  }
  return differs(sending, change, copy, messages);
}

/** Writes the merged fields with those we do not know, then reads back. */
export async function write(
  sending: Sending,
  plan: { fields: Copy['fields']; change: Change },
  theirs: Copy,
): Promise<SendResult> {
  const { deps, row, auth, options } = sending;
  deps.progress.set(row.organizationId, { step: 'writing' });
  const profile = { fields: plan.fields, extra: theirs.extra };
  const written = await deps.cloudflare.writeProfile(auth, row.organizationId, profile, options);
  if (!written.ok) {
    if (written.failure.code !== 'organization.not-found') return ended(sending, written.failure);
    // "Not found" while writing: the organization went, or its profile did.
    const copy = await read(sending, theirs.exists);
    return 'end' in copy ? copy : refuse(sending, { ...written.failure, code: 'profile.refused' });
  }
  deps.progress.set(row.organizationId, { step: 'confirming' });
  const messages = [...theirs.messages, ...written.value.messages];
  return readBack(sending, plan.change, theirs, messages);
}
