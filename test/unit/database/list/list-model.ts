/** A reference model for tests: computes the list from all entries, without any index. */
import {
  WHOLE_LIST,
  type ListFilter,
  type ListGroup,
  type ListQuery,
} from '../../../../src/shared/list-query';
import { byName, type Named } from '../../../../src/shared/name-order';
import { textsOf } from '../../../../src/shared/patch';
import { entryNameOf, type OrganizationRow } from '../../../../src/shared/organization';
import { FIELD_NAMES } from '../../../../src/shared/profile';
import { rowOf } from '../../../../src/main/organizations/row';
import { fold, foldedWords } from '../../../../src/main/database/fold';
import type { ListEntry } from '../../../../src/main/database/entries';
import type { Tables } from '../../../../src/main/database/tables';

/** By filter: whether it includes a row, according to what the row shows. */
const FILTERS: Record<ListFilter, (row: OrganizationRow, entry: ListEntry) => boolean> = {
  all: () => true,
  attention: ({ attention }) => attention !== null,
  changes: (_, { draft, change }) => draft !== null || change !== null,
};

const isNumber = (word: string): boolean =>
  /^[-+()/.\u2010-\u2015\d]*\d[-+()/.\u2010-\u2015\d]*$/.test(word);
const digitsOf = (text: string): string => text.replaceAll('(0)', '').replace(/\D/g, '');

/** The names of an entry, in the order in which they are shown. */
function namesIn({ organization }: ListEntry): string[] {
  const { name, organizationName } = entryNameOf(organization);
  return organizationName === null ? [name] : [organizationName, name];
}

/** What an entry is sorted by. */
const namedOf = (entry: ListEntry): Named => ({
  id: entry.organization.id,
  name: namesIn(entry).join('\n'),
});

/** Every folded text of an entry except its id and its parent. */
function textsIn(entry: ListEntry): string[] {
  const { profile, draft, change } = entry;
  const layers = [profile?.fields, textsOf(draft?.patch ?? {}), textsOf(change?.patch ?? {})];
  const texts = layers.flatMap((layer) => FIELD_NAMES.map((field) => fold(layer?.[field] ?? '')));
  const phones = layers.map((layer) => digitsOf(fold(layer?.business_phone ?? '')));
  return [...namesIn(entry).map(fold), ...texts, ...phones];
}

function hasNumber(texts: readonly string[], words: readonly string[]): boolean {
  const digits = digitsOf(words.join(' ')).replace(/^00?(?=[1-9]\d\d)/, '');
  return digits.length >= 3 && texts.some((text) => text.includes(digits));
}

function hasWord(entry: ListEntry, word: string, parentName: string): boolean {
  const texts = textsIn(entry);
  if (texts.some((text) => text.includes(word))) return true;
  if (fold(parentName).includes(word)) return true;
  if (/^[0-9a-f]{8,32}$/.test(word) && entry.organization.id.includes(word)) return true;
  return isNumber(word) && hasNumber(texts, [word]);
}

/** Whether a search finds an entry. `parentName`: the name of its parent, or `''` to search without it. */
function isFound(entry: ListEntry, search: string, parentName: string): boolean {
  const words = foldedWords(search);
  for (let at = 0; at < words.length;) {
    let end = at + 1;
    if (isNumber(words[at] ?? '')) while (isNumber(words[end] ?? '')) end += 1;
    const group = words.slice(at, end);
    const isOneNumber = group.length > 1 && hasNumber(textsIn(entry), group);
    if (!isOneNumber && !group.every((word) => hasWord(entry, word, parentName))) return false;
    at = end;
  }
  return true;
}

/**
 * The sort rank of an entry in a search: 0 (first) if the name contains every word, 2 if the entry is found only with
 * the name of its parent, otherwise 1.
 */
function rank(entry: ListEntry, search: string): number {
  const name = namesIn(entry).map(fold).join('\n');
  if (foldedWords(search).every((word) => name.includes(word))) return 0;
  return isFound(entry, search, '') ? 1 : 2;
}

/**
 * Creates a list over these entries that must return the same as `Tables['list']`.
 * @param entries in the order in which they were added
 */
export function modelOf(entries: readonly ListEntry[]) {
  const byId = new Map(entries.map((entry) => [entry.organization.id, entry]));
  const parentOf = (id: string): string | null => {
    const parent = byId.get(id)?.organization.parent?.id ?? null;
    return parent === id ? null : parent;
  };
  const parents = [...byId.keys()].flatMap((id) => parentOf(id) ?? []);
  const heads = new Set(parents);
  /** By parent: its name in the entry below it that was added last. */
  const listedNames = new Map(
    entries.map(({ organization: { id, parent } }) => [parentOf(id), parent?.name ?? '']),
  );
  const nameOf = (id: string): string =>
    byId.get(id)?.organization.name ?? listedNames.get(id) ?? '';
  const groupOf = (id: string): string | null => (heads.has(id) ? id : parentOf(id));
  const parentName = (id: string): string => {
    const parent = parentOf(id);
    return parent === null ? '' : nameOf(parent);
  };
  const isGrouped = ({ group, parent, label, search }: ListQuery): boolean =>
    group === 'parent' && parent === null && label === null && foldedWords(search).length === 0;
  /** Compares the groups of two entries by their names. Those without a group come last. */
  const compareGroups = (one: string | null, other: string | null): number => {
    if (one === other) return 0;
    if (one === null || other === null) return one === null ? 1 : -1;
    return byName()({ id: one, name: nameOf(one) }, { id: other, name: nameOf(other) });
  };
  /** Whether an entry comes before all others of its group, or of its family. */
  const isHead = (id: string, query: ListQuery): boolean =>
    query.parent === null ? isGrouped(query) && heads.has(id) : id === query.parent;
  const found = (query: ListQuery): ListEntry[] => {
    const names = byName();
    const changedAt = ({ profile }: ListEntry): number => profile?.confirmedAt ?? 0;
    return entries
      .filter((entry) => FILTERS[query.filter](rowOf(entry, null), entry))
      .filter(({ organization: { signInId } }) => {
        if (query.signIn === null) return true;
        return signInId === (query.signIn === 'none' ? null : query.signIn);
      })
      .filter(({ organization: { id } }) => {
        const { parent } = query;
        return parent === null || parentOf(id) === parent || (id === parent && heads.has(id));
      })
      .filter(({ labels }) => {
        const { label } = query;
        return label === null || labels.some((one) => one.toLowerCase() === label.toLowerCase());
      })
      .filter((entry) => isFound(entry, query.search, parentName(entry.organization.id)))
      .sort(
        (one, other) =>
          rank(one, query.search) - rank(other, query.search) ||
          (isGrouped(query)
            ? compareGroups(groupOf(one.organization.id), groupOf(other.organization.id))
            : 0) ||
          Number(isHead(other.organization.id, query)) -
            Number(isHead(one.organization.id, query)) ||
          (query.order === 'changed' ? changedAt(other) - changedAt(one) : 0) ||
          names(namedOf(one), namedOf(other)),
      );
  };
  const ids = (query: ListQuery): string[] => found(query).map(({ organization: { id } }) => id);
  const pathOf = (group: string | null): ListGroup => {
    const ids: string[] = [];
    for (let id = group; id !== null && !ids.includes(id) && ids.length < 5; id = parentOf(id)) {
      ids.unshift(id);
    }
    return { id: group, path: ids.map(nameOf) };
  };
  const hasGroups = (query: ListQuery): boolean =>
    isGrouped(query) && ids(query).some((id) => groupOf(id) !== null);
  type Counted = Pick<ListQuery, 'signIn' | 'parent' | 'label'>;
  const count = ({ signIn, parent, label }: Counted, filter: ListFilter): number =>
    ids({ ...WHOLE_LIST, signIn, parent, label, filter }).length;
  return {
    ids,
    counts: (query: Counted): ReturnType<Tables['list']['counts']> => ({
      all: count(query, 'all'),
      attention: count(query, 'attention'),
      changes: count(query, 'changes'),
    }),
    groups: (query: ListQuery): number[] => {
      if (!hasGroups(query)) return [];
      const groups = ids(query).map(groupOf);
      return [...groups.keys()].filter((at) => at === 0 || groups[at] !== groups[at - 1]);
    },
    groupsOf: (query: ListQuery): Map<string, ListGroup> =>
      new Map(hasGroups(query) ? ids(query).map((id) => [id, pathOf(groupOf(id))]) : []),
    parents: (): ReturnType<Tables['list']['parents']> => ({
      parents: [...heads].sort(compareGroups).map((id) => {
        const above = parentOf(id);
        return { id, name: nameOf(id), above: above === null ? null : nameOf(above) };
      }),
      hasMore: false,
    }),
    accounts: (): number =>
      entries.filter(({ organization }) => organization.kind === 'account').length,
    find(prefix: string, from: number, query: ListQuery): ReturnType<Tables['list']['find']> {
      const begins = found(query)
        .map(namedOf)
        .map(({ id, name }, index) => (fold(name).startsWith(fold(prefix)) ? { id, index } : null));
      return begins.find((one) => one && one.index >= from) ?? begins.find(Boolean) ?? null;
    },
    unviewed: (): string[] =>
      entries
        .filter(({ profile, advice }) => profile?.changedElsewhere || advice.length > 0)
        .map(({ organization: { id } }) => id)
        .sort(),
    withDraft: (): string[] =>
      entries
        .filter(({ draft }) => draft)
        .map(({ organization: { id } }) => id)
        .sort(),
    unread: (): number => entries.filter(({ profile }) => profile === null).length,
  };
}
