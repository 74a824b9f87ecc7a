/** *Decide*: both texts of each change, and the decisions about one and about many. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { MAX_ROW_TEXT, type DecideRow } from '../../../src/shared/changes';
import { MAX_AT_ONCE } from '../../../src/shared/limits';
import type { FieldName } from '../../../src/shared/profile';
import { failed, success, type Result } from '../../../src/shared/result';
import { textOf } from '../dom';
import { deferred, FakeApi } from '../fake-api';
import { id, rows as organizations } from '../samples';
import { renderChanges } from './render-changes';
import { answerRows, counts, decideRow } from './pending-samples';

/** A draft beside a change that waits for a decision. */
const DRAFT: DecideRow['draft'] = [
  {
    field: 'business_name',
    before: 'A Ltd',
    after: 'B Ltd',
    replacesWaiting: null,
    notes: [],
  },
];

const row = (name: string) => screen.getByRole('group', { name });
const list = () => screen.findByRole('list', { name: 'Changes to decide about' });
const inRow = (name: string, label: string) =>
  within(row(name)).getByRole<HTMLButtonElement>('button', { name: label });
const forTicked = () =>
  screen.getByRole<HTMLButtonElement>('button', {
    name: 'Use theirs in the ticked rows',
  });

it('shows both texts of a change with the differences marked, and why it has to be decided', async () => {
  const fake = new FakeApi();
  answerRows(fake, {
    decide: [
      decideRow(1, 'Albrecht', { draft: DRAFT }),
      decideRow(2, 'Brunn', { state: 'differs' }),
      decideRow(3, 'Casa', { state: 'refused', failure: { code: 'profile.refused' } }),
    ],
  });
  await renderChanges(fake, 'decide');
  await list();
  expect(textOf(row('Albrecht'))).toMatch(
    /Changed at Cloudflare after you started editing.*Business phone ?At Cloudflare ?\+49 1 ?Yours ?\+49 2 ?This organization also has a draft.*Business name ?At Cloudflare ?A Ltd ?Draft ?B Ltd$/,
  );
  expect([...row('Albrecht').querySelectorAll('mark')].map(textOf)).toEqual([
    ...['+49 1', '+49 2', 'A', 'B'],
  ]);
  expect(textOf(row('Brunn'))).toContain('shows a different text');
  expect(textOf(row('Brunn'))).not.toContain('This organization also has a draft');
  expect(textOf(row('Casa'))).toMatch(/Cloudflare/);
});

it('quotes what Cloudflare says about refused texts, or else what it says first, but not in a conflict', async () => {
  const fake = new FakeApi();
  const error = (message: string, field: FieldName | null) =>
    ({ code: 1, message, field, link: null }) as const;
  const text = { replacesWaiting: null, notes: [] };
  const refused = (...errors: ReturnType<typeof error>[]) =>
    ({ state: 'refused', failure: { code: 'profile.refused', errors } }) as const;
  answerRows(fake, {
    decide: [
      decideRow(1, 'Albrecht', {
        ...refused(
          error('No change was made.', null),
          error('business_email must be an address.', 'business_email'),
        ),
        texts: [
          { ...text, field: 'business_email', before: 'info@a', after: 'info@a' },
          { ...text, field: 'business_phone', before: '+49 1', after: '+49 2' },
        ],
      }),
      decideRow(4, 'Dora', refused(error('business_phone is wrong.', 'business_phone'))),
      decideRow(2, 'Brunn', refused(error('No change was made.', null), error('Other.', null))),
      decideRow(3, 'Casa', { failure: refused(error('Left over.', null)).failure }),
    ],
  });
  const state = await renderChanges(fake, 'decide');
  await list();
  const says = (name: string) => textOf(row(name)).match(/Cloudflare says: “[^”]*”/g);
  expect(says('Albrecht')).toEqual(['Cloudflare says: “Business email must be an address.”']);
  expect(says('Brunn')).toEqual(['Cloudflare says: “No change was made.”']);
  expect(says('Casa')).toBeNull();
  // What it says about a field is beside that field.
  const email = within(row('Albrecht')).getByRole('group', { name: 'Business email' });
  expect(textOf(email)).toMatch(/must be an address\.” ?At Cloudflare ?info@a$/);
  // The same text would be refused again: the field that is named can be edited.
  const buttons = (name: string) => within(row(name)).getAllByRole('button').slice(1).map(textOf);
  // It is not part of this change: it may have been corrected at Cloudflare.
  const edit = ['Edit Business email', 'Try again now', 'Discard refused change'];
  expect(buttons('Albrecht')).toEqual(edit);
  expect(buttons('Dora')).toEqual(['Edit Business phone', 'Discard refused change']);
  expect(buttons('Brunn')).toEqual(['Try again now', 'Discard refused change']);
  expect(buttons('Casa')).toEqual(['Keep mine', 'Use theirs']);
  await userEvent.click(inRow('Albrecht', 'Edit Business email'));
  expect(state.navigation.takeTarget(id(1))).toBe('business_email');
});

it.each([
  ['Try again now', 'mine', 'Your text will be sent.'],
  ['Discard refused change', 'theirs', /Yours is in History\.$/],
] as const)('%s decides about a refused change', async (label, choice, end) => {
  const fake = new FakeApi();
  const failure = { code: 'profile.refused' } as const;
  answerRows(fake, { decide: [decideRow(1, 'Albrecht', { state: 'refused', failure })] });
  fake.answer('changes', 'decide', () => success(null));
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(inRow('Albrecht', label));
  await within(row('Albrecht')).findByText(end);
  expect(fake.requests('changes.decide')).toMatchObject([{ choice }]);
});

it('says who changed the fields, and when, where one person is known to have changed all', async () => {
  const fake = new FakeApi();
  const author = {
    who: 'erika@b.example',
    via: 'dashboard',
    at: new Date(2026, 10, 24, 9, 5).getTime(),
  } as const;
  const text = { field: 'business_phone', before: '1', after: '2', replacesWaiting: null } as const;
  const texts = [
    { ...text, notes: [] },
    { ...text, field: 'business_name' as const, notes: [] },
  ];
  answerRows(fake, {
    decide: [
      decideRow(1, 'Albrecht', { remoteAuthor: author }),
      decideRow(2, 'Brunn', { remoteAuthor: author, texts }),
      decideRow(3, 'Casa'),
    ],
  });
  await renderChanges(fake, 'decide');
  await list();
  expect(textOf(row('Albrecht'))).toMatch(
    /erika@b\.example changed this field on .*2026.*9:05.*, after you started editing\. Nothing was sent\./,
  );
  expect(textOf(row('Brunn'))).toMatch(
    /erika@b\.example changed these fields, most recently on .*9:05.*, after you started editing\./,
  );
  expect(textOf(row('Casa'))).toContain('Changed at Cloudflare after you started editing.');
});

it('decides about one row, shows what was decided, and moves the focus to the next row', async () => {
  const fake = new FakeApi();
  const decide = [1, 2].map((n) => decideRow(n, `Organization ${n}`));
  answerRows(fake, { decide });
  fake.answer('changes', 'decide', ({ entryId }) => {
    decide.splice(
      decide.findIndex((one) => one.entryId === entryId),
      1,
    );
    fake.emit('changesChanged', counts({ all: 2, waiting: 1, decide: 1 }));
    return success(null);
  });
  await renderChanges(fake, 'decide');
  await list();
  const user = userEvent.setup();
  await user.click(inRow('Organization 1', 'Keep mine'));
  await within(row('Organization 1')).findByText('Your text will be sent.');
  expect(document.activeElement).toBe(row('Organization 2'));
  expect(within(row('Organization 1')).queryByRole('button', { name: 'Keep mine' })).toBeNull();
  await user.click(inRow('Organization 2', 'Use theirs'));
  await within(row('Organization 2')).findByText(/^Cloudflare’s text stays/);
  expect(fake.requests('changes.decide')).toEqual([
    { entryId: id(1), version: 1, remoteId: 'copy-1', choice: 'mine' },
    { entryId: id(2), version: 2, remoteId: 'copy-2', choice: 'theirs' },
  ]);
});

it('leads to the page where a row does not show all of a text', async () => {
  const fake = new FakeApi();
  const text = {
    field: 'external_metadata' as const,
    after: 'mine',
    replacesWaiting: null,
    notes: [],
  };
  answerRows(fake, {
    decide: [
      decideRow(1, 'Albrecht', { texts: [{ ...text, before: 'x'.repeat(MAX_ROW_TEXT) }] }),
      decideRow(2, 'Brightwater', { texts: [{ ...text, before: 'x'.repeat(100) }] }),
    ],
  });
  const state = await renderChanges(fake, 'decide');
  await list();
  inRow('Brightwater', 'Keep mine');
  expect(within(row('Albrecht')).queryByRole('button', { name: 'Keep mine' })).toBeNull();
  await userEvent.click(inRow('Albrecht', 'Decide on its page'));
  expect(state.open.id).toBe(id(1));
});

it('leaves the focus where the person has gone while a decision was stored', async () => {
  const fake = new FakeApi();
  answerRows(fake, { decide: [1, 2, 3].map((n) => decideRow(n, `Organization ${n}`)) });
  const answer = deferred<Result<null>>();
  fake.answer('changes', 'decide', () => answer.promise);
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(inRow('Organization 1', 'Keep mine'));
  const next = inRow('Organization 3', 'Use theirs');
  next.focus();
  answer.resolve(success(null));
  await within(row('Organization 1')).findByText('Your text will be sent.');
  expect(document.activeElement).toBe(next);
});

it('keeps its head in place while the last row leaves', async () => {
  const fake = new FakeApi();
  answerRows(fake, { decide: [decideRow(1, 'Albrecht')] });
  fake.answer('changes', 'decide', () => success(null));
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(inRow('Albrecht', 'Keep mine'));
  await within(row('Albrecht')).findByText('Your text will be sent.');
  expect(
    screen.getByRole<HTMLInputElement>('checkbox', { name: 'All changes to decide about' })
      .disabled,
  ).toBe(true);
});

it('says that a change is another one by now, and shows the newer text', async () => {
  const fake = new FakeApi();
  const decide = [decideRow(1, 'Albrecht')];
  answerRows(fake, { decide });
  fake.answer('changes', 'decide', () => {
    decide[0] = decideRow(1, 'Albrecht', {
      remoteId: 'copy-9',
      texts: [
        {
          field: 'business_phone',
          before: '+49 9',
          after: '+49 2',
          replacesWaiting: null,
          notes: [],
        },
      ],
    });
    return failed('change.outdated');
  });
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(inRow('Albrecht', 'Keep mine'));
  await within(row('Albrecht')).findByRole('alert');
  await waitFor(() => expect(textOf(row('Albrecht'))).toContain('+49 9'));
  fake.answer('changes', 'decide', () => success(null));
  await userEvent.click(inRow('Albrecht', 'Keep mine'));
  expect(fake.requests('changes.decide').at(-1)).toMatchObject({ remoteId: 'copy-9' });
  await waitFor(() => expect(within(row('Albrecht')).queryByRole('alert')).toBeNull());
});

it('keeps Cloudflare’s texts in the ticked rows only', async () => {
  const fake = new FakeApi();
  const decide = [1, 2, 3].map((n) => decideRow(n, `Organization ${n}`));
  answerRows(fake, { decide });
  fake.answer('changes', 'useTheirs', () => {
    decide.splice(0, 2);
    return success({ decided: 2, left: 0 });
  });
  await renderChanges(fake, 'decide');
  await list();
  expect(forTicked().disabled).toBe(true);
  await userEvent.click(screen.getByRole('checkbox', { name: 'Organization 1' }));
  await userEvent.click(screen.getByRole('checkbox', { name: 'Organization 2' }));
  screen.getByText('2 ticked');
  await userEvent.click(forTicked());
  await screen.findByText('Cloudflare’s texts stay in 2 organizations. Yours are in History.');
  expect(fake.requests('changes.useTheirs')).toEqual([
    { decisions: [1, 2].map((n) => ({ entryId: id(n), version: n, remoteId: `copy-${n}` })) },
  ]);
  inRow('Organization 3', 'Keep mine');
});

it('leaves what has changed since it was ticked, and says so', async () => {
  const fake = new FakeApi();
  const decide = [1, 2].map((n) => decideRow(n, `Organization ${n}`));
  answerRows(fake, { decide });
  fake.answer('changes', 'useTheirs', () => {
    decide.splice(0, 1);
    return success({ decided: 1, left: 1 });
  });
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(screen.getByRole('checkbox', { name: 'All changes to decide about' }));
  await userEvent.click(forTicked());
  await screen.findByText(/1 has changed since you saw it and still needs your decision\.$/);
  inRow('Organization 2', 'Keep mine');
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Organization 2' }).checked).toBe(
    false,
  );
});

it('speaks only of what is left when nothing was decided', async () => {
  const fake = new FakeApi();
  answerRows(fake, { decide: [decideRow(1, 'Organization 1')] });
  fake.answer('changes', 'useTheirs', () => success({ decided: 0, left: 1 }));
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(screen.getByRole('checkbox', { name: 'All changes to decide about' }));
  await userEvent.click(forTicked());
  await screen.findByText(/^1 has changed since you saw it and still needs your decision\.$/);
});

it('lets all be unticked while the rest is being loaded, and keeps the focus', async () => {
  const fake = new FakeApi();
  const decide = [1, 2].map((n) => decideRow(n, `Organization ${n}`));
  answerRows(fake, { decide });
  await renderChanges(fake, 'decide');
  await list();
  const loaded = deferred<null>();
  const answered = success({ total: 2, rows: decide });
  fake.answer('changes', 'toDecide', () => loaded.promise.then(() => answered));
  const all = screen.getByRole<HTMLInputElement>('checkbox', { name: /^All changes/ });
  await userEvent.click(all);
  expect(all.disabled).toBe(false);
  await userEvent.click(all);
  loaded.resolve(null);
  await loaded.promise;
  await screen.findByText('0 ticked');
  expect(forTicked().disabled).toBe(true);
});

it('ticks all rows, also those that are not loaded yet', async () => {
  const fake = new FakeApi().answer('changes', 'useTheirs', ({ decisions }) => {
    decide.length = 0;
    return success({ decided: decisions.length, left: 0 });
  });
  const decide = organizations(450).map(({ name }, index) => decideRow(index + 1, name));
  answerRows(fake, { decide });
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(screen.getByRole('checkbox', { name: 'All changes to decide about' }));
  await screen.findByText('450 ticked');
  await userEvent.click(forTicked());
  await screen.findByText(/^Cloudflare’s texts stay in 450 organizations/);
  expect(
    new Set(
      (fake.requests('changes.useTheirs')[0] as { decisions: { entryId: string }[] }).decisions.map(
        (one) => one.entryId,
      ),
    ).size,
  ).toBe(450);
  await screen.findByText('Nothing needs your decision.');
});

it('sends as many decisions at a time as main takes', async () => {
  const decide = organizations(MAX_AT_ONCE + 1).map(({ name }, index) =>
    decideRow(index + 1, name),
  );
  const sizes: number[] = [];
  const fake = new FakeApi().answer('changes', 'useTheirs', ({ decisions }) => {
    sizes.push(decisions.length);
    decide.splice(0, decisions.length);
    return success({ decided: decisions.length, left: 0 });
  });
  answerRows(fake, { decide });
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(screen.getByRole('checkbox', { name: 'All changes to decide about' }));
  await screen.findByText('20,001 ticked');
  await userEvent.click(forTicked());
  await screen.findByText(/^Cloudflare’s texts stay in 20,001 organizations/);
  expect(sizes).toEqual([MAX_AT_ONCE, 1]);
});

it('says why the decisions could not be carried out', async () => {
  const fake = new FakeApi().answer('changes', 'useTheirs', () => failed('database.full'));
  answerRows(fake, { decide: [decideRow(1, 'Albrecht')] });
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(screen.getByRole('checkbox', { name: 'Albrecht' }));
  await userEvent.click(forTicked());
  await screen.findByRole('alert');
  screen.getByText('1 ticked');
});

it('leaves a row unticked that was unticked while the others were loaded to be ticked', async () => {
  const fake = new FakeApi();
  const decide = [1, 2].map((n) => decideRow(n, `Organization ${n}`));
  answerRows(fake, { decide });
  await renderChanges(fake, 'decide');
  await list();
  const first = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Organization 1' });
  await userEvent.click(first);
  const release = fake.hold('changes.toDecide');
  await userEvent.click(screen.getByRole('checkbox', { name: /^All changes/ }));
  await userEvent.click(first);
  release();
  await screen.findByText('1 ticked');
  expect(first.checked).toBe(false);
});

it('unticks a row whose text at Cloudflare has changed since it was ticked', async () => {
  const fake = new FakeApi();
  const decide = [1, 2].map((n) => decideRow(n, `Organization ${n}`));
  answerRows(fake, { decide });
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(screen.getByRole('checkbox', { name: 'All changes to decide about' }));
  screen.getByText('2 ticked');
  decide[0] = decideRow(1, 'Organization 1', { remoteId: 'copy-9' });
  fake.emit('changesChanged', counts({ all: 2, decide: 2 }));
  await screen.findByText('1 ticked');
  const box = (n: number) =>
    screen.getByRole<HTMLInputElement>('checkbox', { name: `Organization ${n}` });
  expect([box(1).checked, box(2).checked]).toEqual([false, true]);
});

it('keeps a row ticked that was ticked while the others were decided', async () => {
  const fake = new FakeApi();
  const decide = [1, 2].map((n) => decideRow(n, `Organization ${n}`));
  answerRows(fake, { decide });
  const answer = deferred<Result<{ decided: number; left: number }>>();
  fake.answer('changes', 'useTheirs', () => answer.promise);
  await renderChanges(fake, 'decide');
  await list();
  await userEvent.click(screen.getByRole('checkbox', { name: 'Organization 1' }));
  await userEvent.click(forTicked());
  const second = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Organization 2' });
  await userEvent.click(second);
  decide.splice(0, 1);
  answer.resolve(success({ decided: 1, left: 0 }));
  await screen.findByText('Cloudflare’s text stays in 1 organization. Yours is in History.');
  expect(second.checked).toBe(true);
});
