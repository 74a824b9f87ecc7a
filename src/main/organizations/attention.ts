/**
 * What about an organization needs its person. A sign-in that is missing or does not work needs them once, in
 * its banner, and not on each of its rows: a row says so only where a change waits for it.
 */
import { remarksOf, type Attention } from '../../shared/attention';
import type { ListEntry } from '../database/tables';

/** The first reason that applies, or null; in the order of `ATTENTION_REASONS`. */
export function attentionOf(entry: ListEntry): Attention | null {
  const { change, credential, profile } = entry;
  const because = (reason: Attention['reason'], more: Partial<Attention> = {}): Attention => ({
    reason,
    fields: [],
    code: null,
    ...more,
  });
  if (change?.state === 'conflict') return because('decide');
  if (change?.state === 'differs' || change?.state === 'refused') {
    const reason = change.state === 'differs' ? 'stored-differently' : 'refused';
    return because(reason, { code: change.failure?.code ?? null });
  }
  if (change?.state === 'paused') {
    if (credential === null) return because('no-sign-in');
    const issue = credential.issue ?? change.failure;
    return because('sign-in-issue', { code: issue?.code ?? null });
  }
  if (profile?.changedElsewhere) return because('changed-elsewhere');
  const { missing, advice } = remarksOf(entry);
  if (missing.length > 0) return because('incomplete', { fields: missing });
  return advice.length > 0 ? because('advice', { fields: advice }) : null;
}
