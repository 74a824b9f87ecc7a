/** Answers the list without the read model, until that is here. */
import type { ListQuery } from '../../shared/list-query';
import { byName } from '../../shared/name-order';
import { textsOf } from '../../shared/patch';
import type { Context } from './context';
import { listEntries } from './entries';
import { fold, foldedWords } from './fold';
import type { ListEntry, Tables } from './tables';

const waits = ({ change }: ListEntry): boolean =>
  ['queued', 'waiting', 'paused'].includes(change?.state ?? '');

function fits(entry: ListEntry, query: ListQuery): boolean {
  const { organization, profile, draft, change, advice } = entry;
  if (query.signIn !== null && (organization.credentialId ?? 'none') !== query.signIn) return false;
  if (query.filter === 'drafts' && !draft) return false;
  if (query.filter === 'waiting' && !waits(entry)) return false;
  const needed = (change && !['queued', 'waiting'].includes(change.state)) || advice.length > 0;
  if (query.filter === 'attention' && !needed && !profile?.changedElsewhere) return false;
  const texts = [profile?.fields, textsOf(change?.patch ?? {}), textsOf(draft?.patch ?? {})];
  const all = [organization.name, ...texts.flatMap((one) => Object.values(one ?? {}))].map((text) => fold(text ?? ''));
  return foldedWords(query.search).every((word) => all.some((text) => text.includes(word)));
}

export function interimList(context: Context): Tables['list'] {
  const found = (query: ListQuery): ListEntry[] =>
    listEntries(context)
      .filter((entry) => fits(entry, query))
      .sort(
        (one, other) =>
          (query.order === 'changed'
            ? (other.profile?.confirmedAt ?? 0) - (one.profile?.confirmedAt ?? 0)
            : 0) || byName()(one.organization, other.organization),
      );
  const ids = (query: ListQuery): string[] => found(query).map(({ organization: { id } }) => id);
  const all: ListQuery = { search: '', filter: 'all', signIn: null, order: 'name' };
  return {
    building: () => null,
    ids: (query, offset, limit) => ids(query).slice(offset, offset + limit),
    total: (query) => ids(query).length,
    counts: (signIn) => ({
      all: ids({ ...all, signIn }).length,
      attention: ids({ ...all, signIn, filter: 'attention' }).length,
      drafts: ids({ ...all, signIn, filter: 'drafts' }).length,
      waiting: ids({ ...all, signIn, filter: 'waiting' }).length,
    }),
    saved: () => ids(all).length,
    position(id, query) {
      const index = ids(query).indexOf(id);
      return index < 0 ? null : index;
    },
    find(prefix, from, query) {
      const entries = found(query);
      const at = [...entries.keys()].filter((index) =>
        fold(entries[index]!.organization.name).startsWith(fold(prefix)),
      );
      const index = at.find((one) => one >= from) ?? at[0];
      return index === undefined ? null : { id: entries[index]!.organization.id, index };
    },
    countAmong: (some, query) => ids(query).filter((id) => some.includes(id)).length,
    toSee: (some) =>
      listEntries(context, some)
        .filter(({ profile, advice }) => profile?.changedElsewhere || advice.length > 0)
        .map(({ organization: { id } }) => id),
    inOrder: (some) => ids(all).filter((id) => some?.includes(id) ?? true),
    matches: () => new Map(),
    unread: () => listEntries(context).filter(({ profile }) => !profile).length,
  };
}
