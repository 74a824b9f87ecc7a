/** What about an organization needs its person, worked out from what the database holds. */
import { remarksOf, type Attention } from '../../shared/attention';
import type { ListEntry } from '../store/tables';

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
  if (credential === null) return because('no-sign-in');
  const trouble = credential.trouble ?? (change?.state === 'paused' ? change.failure : null);
  if (trouble || change?.state === 'paused') {
    return because('sign-in-trouble', { code: trouble?.code ?? null });
  }
  if (profile?.changedElsewhere) return because('changed-elsewhere');
  const { missing, advice } = remarksOf(entry);
  if (missing.length > 0) return because('incomplete', { fields: missing });
  return advice.length > 0 ? because('advice', { fields: advice }) : null;
}
