/** The sample organizations are distinct, varied, and the same each time. */
import { expect, it } from 'vitest';
import { sampleOrganizations, type OrganizationState } from './index';

const some = (list: OrganizationState[], test: (one: OrganizationState) => boolean) =>
  expect(list.some(test)).toBe(true);

it('returns the same samples each time, with distinct ids and names', () => {
  const many = sampleOrganizations(2000);
  expect(many).toEqual(sampleOrganizations(2000));
  expect(new Set(many.map(({ id }) => id)).size).toBe(2000);
  expect(new Set(many.map(({ name }) => name)).size).toBe(2000);
  for (const { id, createTime } of many) {
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Date(createTime).toISOString()).toBe(createTime);
  }
});

it('includes every kind of text among the first twenty-five', () => {
  const list = sampleOrganizations(25);
  const text = ({ profile }: OrganizationState) => Object.values(profile ?? {}).join('\n');
  some(list, ({ name }) => /GmbH/.test(name));
  some(list, ({ name }) => /Ltd/.test(name));
  some(list, ({ name }) => /SARL|SAS/.test(name));
  some(list, ({ name }) => /株式会社/.test(name));
  some(list, ({ name }) => /\p{Script=Arabic}/u.test(name));
  some(list, ({ name }) => /\p{Script=Hebrew}/u.test(name));
  some(list, ({ name }) => name.length > 250);
  some(list, ({ profile }) => (profile?.business_address.split('\n').length ?? 0) >= 4);
  some(list, ({ profile }) => profile?.business_address.startsWith('{"line1"') === true);
  some(list, ({ profile }) => profile?.external_metadata.startsWith('{') === true);
  some(list, ({ profile }) => profile?.business_email === '');
  some(list, ({ parent }) => parent !== null);
  for (const one of list) {
    const domains = text(one).match(/@[^\s"]+/g) ?? [];
    expect(domains.every((domain) => domain.endsWith('.example'))).toBe(true);
  }
});

it('sorts names that look like tests after all other Latin names', () => {
  const looksLikeTest = (name: string) => name.length > 250 || /[<>]/.test(name);
  const latin = sampleOrganizations(25)
    .map(({ name }) => name)
    .filter((name) => /^[\p{Script=Latin}\p{P}\p{S}]/u.test(name));
  for (const language of ['en', 'de']) {
    const names = [...latin].sort(new Intl.Collator(language).compare);
    expect(names.map(looksLikeTest).indexOf(true)).toBe(names.length - 2);
  }
  const written = sampleOrganizations(9).map(({ name }) => looksLikeTest(name));
  expect(written.indexOf(true)).toBe(written.length - 2);
});
