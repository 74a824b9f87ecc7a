/** A reference model for tests: computes the list from all entries, without any index. */
import type { ListFilter, ListQuery } from '../../../../src/shared/list-query';
import { byName } from '../../../../src/shared/name-order';
import { textsOf } from '../../../../src/shared/patch';
import type { OrganizationRow } from '../../../../src/shared/organization';
import { FIELD_NAMES } from '../../../../src/shared/profile';
import { rowOf } from '../../../../src/main/organizations/row';
import { fold, foldedWords } from '../../../../src/main/database/fold';
import type { ListEntry, Tables } from '../../../../src/main/database/tables';

/** By filter: whether it includes a row, according to what the row shows. */
const FILTERS: Record<ListFilter, (row: OrganizationRow) => boolean> = {
  all: () => true,
  attention: ({ attention }) => attention !== null,
  drafts: ({ draftFields }) => draftFields > 0,
  waiting: ({ waitingSince }) => waitingSince !== null,
};

const isNumber = (word: string): boolean =>
  /^[-+()/.\u2010-\u2015\d]*\d[-+()/.\u2010-\u2015\d]*$/.test(word);
const digitsOf = (text: string): string => text.replaceAll('(0)', '').replace(/\D/g, '');

/** Every folded text of an entry except its id. */
function textsIn({ organization, profile, draft, change }: ListEntry): string[] {
  const layers = [profile?.fields, textsOf(draft?.patch ?? {}), textsOf(change?.patch ?? {})];
  const texts = layers.flatMap((layer) => FIELD_NAMES.map((field) => fold(layer?.[field] ?? '')));
  const phones = layers.map((layer) => digitsOf(fold(layer?.business_phone ?? '')));
  return [fold(organization.name), ...texts, ...phones];
}

function hasNumber(texts: readonly string[], words: readonly string[]): boolean {
  const digits = digitsOf(words.join(' ')).replace(/^00?(?=[1-9]\d\d)/, '');
  return digits.length >= 3 && texts.some((text) => text.includes(digits));
}

function hasWord(entry: ListEntry, word: string): boolean {
  const texts = textsIn(entry);
  if (texts.some((text) => text.includes(word))) return true;
  if (/^[0-9a-f]{8,32}$/.test(word) && entry.organization.id.includes(word)) return true;
  return isNumber(word) && hasNumber(texts, [word]);
}

/** Whether a search finds an entry. */
function isFound(entry: ListEntry, search: string): boolean {
  const words = foldedWords(search);
  for (let at = 0; at < words.length;) {
    let end = at + 1;
    if (isNumber(words[at] ?? '')) while (isNumber(words[end] ?? '')) end += 1;
    const group = words.slice(at, end);
    const isOneNumber = group.length > 1 && hasNumber(textsIn(entry), group);
    if (!isOneNumber && !group.every((word) => hasWord(entry, word))) return false;
    at = end;
  }
  return true;
}

/**
 * The sort rank of an entry in a search: 0 (first) if the name contains every word, otherwise 1.
 */
function rank({ organization }: ListEntry, search: string): number {
  const name = fold(organization.name);
  return foldedWords(search).every((word) => name.includes(word)) ? 0 : 1;
}

/** Creates a list over these entries that must return the same as `Tables['list']`. */
export function modelOf(entries: readonly ListEntry[]) {
  const found = (query: ListQuery): ListEntry[] => {
    const names = byName();
    const changedAt = ({ profile }: ListEntry): number => profile?.confirmedAt ?? 0;
    return entries
      .filter((entry) => FILTERS[query.filter](rowOf(entry, null)))
      .filter(({ organization: { credentialId } }) => {
        if (query.signIn === null) return true;
        return credentialId === (query.signIn === 'none' ? null : query.signIn);
      })
      .filter((entry) => isFound(entry, query.search))
      .sort(
        (one, other) =>
          rank(one, query.search) - rank(other, query.search) ||
          (query.order === 'changed' ? changedAt(other) - changedAt(one) : 0) ||
          names(one.organization, other.organization),
      );
  };
  const ids = (query: ListQuery): string[] => found(query).map(({ organization: { id } }) => id);
  const count = (signIn: ListQuery['signIn'], filter: ListFilter): number =>
    ids({ search: '', filter, signIn, order: 'name' }).length;
  return {
    ids,
    counts: (signIn: ListQuery['signIn']): ReturnType<Tables['list']['counts']> => ({
      all: count(signIn, 'all'),
      attention: count(signIn, 'attention'),
      drafts: count(signIn, 'drafts'),
      waiting: count(signIn, 'waiting'),
    }),
    find(prefix: string, from: number, query: ListQuery): ReturnType<Tables['list']['find']> {
      const begins = found(query).map(({ organization: { id, name } }, index) =>
        fold(name).startsWith(fold(prefix)) ? { id, index } : null,
      );
      return begins.find((one) => one && one.index >= from) ?? begins.find(Boolean) ?? null;
    },
    unviewed: (): string[] =>
      entries
        .filter(({ profile, advice }) => profile?.changedElsewhere || advice.length > 0)
        .map(({ organization: { id } }) => id)
        .sort(),
    unread: (): number => entries.filter(({ profile }) => profile === null).length,
  };
}
