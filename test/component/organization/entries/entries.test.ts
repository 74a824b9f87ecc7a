/** The entries of a JSON object as a form: each edit changes only its part of the field's text. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { success } from '../../../../src/shared/result';
import type { OrganizationView } from '../../../../src/shared/organization';
import type { Profile } from '../../../../src/shared/profile';
import { button, field, openMetadata, openPage, showText } from '../open-page';
import { draft, SAVED, savedCopy, view } from '../samples';

const ADDRESS =
  '{\r\n  "line1": "12 Harbour Row",\r\n  "city" : "M\\u00fcnchen",\r\n  "floor": 1e400\r\n}\r\n';
const METADATA =
  '{"tier":"gold","code":4471,"active":true,"none":null,"contact":{"name": "Zoé"},"a":"1","a":"2"}';

const LABELS = {
  business_address: 'Business address',
  external_metadata: 'External metadata',
} as const;

/** The page of an organization with these fields. */
const page = (fields: Partial<Profile>): OrganizationView =>
  view({ profile: savedCopy({ ...SAVED, ...fields }) });

/** Opens the page with the entries of one field. */
async function openEntries(name: keyof typeof LABELS, text: string) {
  const opened = await openPage(page({ [name]: text }));
  if (name === 'external_metadata') await openMetadata(opened.user);
  return {
    ...opened,
    /** Shows the field as text, and returns that. */
    async text() {
      await showText(opened.user, LABELS[name]);
      return field(LABELS[name]).value;
    },
  };
}

/** Replaces the text of a field in one input event. */
async function replaceText(label: string, text: string) {
  field(label).value = text;
  field(label).dispatchEvent(new InputEvent('input', { bubbles: true }));
  await tick();
}

type User = Awaited<ReturnType<typeof openPage>>['user'];

/** Chooses an action from the menu of an entry. */
async function chooseAction(user: User, entry: string, action: string) {
  await user.click(button(`More actions for ${entry}`));
  await user.click(await screen.findByRole('menuitem', { name: action }));
}

describe('the entries', () => {
  it('come first where the text is a JSON object, and the text on request', async () => {
    const { user } = await openPage(page({ business_address: ADDRESS, external_metadata: '[1]' }));
    await openMetadata(user);
    const group = screen.getByRole('group', { name: 'Business address' });
    expect(within(group).getAllByRole('textbox')).toHaveLength(3);
    expect(screen.queryByRole('textbox', { name: 'Business address' })).toBeNull();
    expect(field('External metadata').value).toBe('[1]');
    expect(screen.queryByRole('button', { name: /, External metadata$/ })).toBeNull();

    await showText(user, 'Business address');
    expect(field('Business address')).toBe(document.activeElement);
    await user.click(button('Edit entry by entry, Business address'));
    expect(field('Address line 1, Business address')).toBe(document.activeElement);
    expect(screen.queryByRole('textbox', { name: 'Business address' })).toBeNull();
  });

  it('show what is wrong with the whole text, what it was, and undo the edit', async () => {
    const { user } = await openEntries('external_metadata', METADATA);
    await user.type(field('tier, External metadata'), '!');
    const group = screen.getByRole('group', { name: 'External metadata' });
    const described = group.getAttribute('aria-describedby')!;
    expect(document.getElementById(described)?.textContent).toMatch(/^Was …?"?.*gold/);
    await user.click(within(group).getByRole('button', { name: 'Undo' }));
    expect(field('tier, External metadata').value).toBe('gold');
    expect(field('tier, External metadata')).toBe(document.activeElement);
  });

  it('bring back with the window’s undo what the field’s own has undone', async () => {
    const { user, menu } = await openEntries('external_metadata', METADATA);
    await user.type(field('tier, External metadata'), '!');
    await user.click(button('Undo'));
    expect(field('tier, External metadata').value).toBe('gold');
    await menu('undo');
    expect(field('tier, External metadata').value).toBe('gold!');
    expect(button('Undo')).toBeTruthy();
  });

  it('of an address have common names, and the text stays unchanged', async () => {
    const { text } = await openEntries('business_address', ADDRESS);
    expect(field('Address line 1, Business address').value).toBe('12 Harbour Row');
    expect(field('City, Business address').value).toBe('München');
    expect(field('floor, Business address').value).toBe('1e400');
    expect(await text()).toBe(ADDRESS.replaceAll('\r\n', '\n'));
  });

  it('of metadata have their own names, each with a suitable control', async () => {
    await openEntries('external_metadata', METADATA);
    expect(field('tier, External metadata').readOnly).toBe(false);
    expect(screen.getByRole('checkbox', { name: 'active, External metadata' })).toBeTruthy();
    expect(field('none, External metadata').readOnly).toBe(true);
    expect(field('contact, External metadata').readOnly).toBe(true);
    expect(field('contact, External metadata').value).toBe('{"name": "Zoé"}');
    expect(screen.getByText('Contains entries of its own. Edit it as text.')).toBeTruthy();
    expect(field('a, External metadata').value).toBe('1');
    expect(field('a (2), External metadata').value).toBe('2');
    expect(screen.getAllByText(/^This name appears more than once/)).toHaveLength(2);
  });

  it('distinguish a name from another entry’s display name', async () => {
    await openEntries('business_address', '{"city":"Bonn","City":"Köln","":"x"}');
    expect(field('city, Business address').value).toBe('Bonn');
    expect(field('City, Business address').value).toBe('Köln');
    expect(field('(no name), Business address').value).toBe('x');
  });

  it('stay away from page to page once the text was chosen', async () => {
    const { unmount, text } = await openEntries('business_address', ADDRESS);
    await text();
    unmount();
    await openPage(page({ business_address: '{"city":"Bonn"}' }));
    expect(field('Business address').value).toBe('{"city":"Bonn"}');
  });

  it('beyond the limit of the form stay in the text, with their count', async () => {
    const many = JSON.stringify(Object.fromEntries([...Array(70).keys()].map((n) => [`k${n}`, n])));
    await openEntries('external_metadata', many);
    expect(screen.getByText('10 more entries appear only in the text.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Add an entry/ })).toBeNull();
  });
});

describe('editing an entry', () => {
  it('changes only its characters, and is saved like typed text', async () => {
    const { api, user } = await openEntries('business_address', ADDRESS);
    await user.type(field('City, Business address'), ' Ost');
    expect(field('City, Business address')).toBe(document.activeElement);
    await user.tab();
    await waitFor(() =>
      expect(api.requests('drafts.save').at(-1)).toMatchObject({
        edits: {
          business_address: { base: ADDRESS, text: ADDRESS.replace('chen"', 'chen Ost"') },
        },
      }),
    );
  });

  it('back to its old text is no longer an edit', async () => {
    const { user } = await openEntries('business_address', ADDRESS);
    await user.clear(field('City, Business address'));
    await user.type(field('City, Business address'), 'München');
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
  });

  it('is saved within half a second', async () => {
    const { api } = await openEntries('external_metadata', METADATA);
    vi.useFakeTimers();
    await replaceText('tier, External metadata', 'silver');
    await vi.advanceTimersByTimeAsync(500);
    vi.useRealTimers();
    expect(api.requests('drafts.save')).toMatchObject([
      {
        edits: {
          external_metadata: { base: METADATA, text: METADATA.replace('gold', 'silver') },
        },
      },
    ]);
  });

  it('preserves mixed line endings', async () => {
    const mixed = '{\r\n"a": "x",\n"b": "y"\r}';
    const { api, user } = await openEntries('external_metadata', mixed);
    await user.type(field('a, External metadata'), '1');
    await user.tab();
    await waitFor(() =>
      expect(api.requests('drafts.save').at(-1)).toMatchObject({
        edits: { external_metadata: { base: mixed, text: mixed.replace('"x"', '"x1"') } },
      }),
    );
  });

  it('preserves the line endings inside a multi-line value', async () => {
    const { text } = await openEntries('external_metadata', '{"note":"one\\r\\ntwo"}');
    expect(field('note, External metadata').tagName).toBe('TEXTAREA');
    await replaceText('note, External metadata', 'one\ntwo\nthree');
    expect(await text()).toBe('{"note":"one\\r\\ntwo\\r\\nthree"}');
  });

  it('stores numbers as typed, and rejects anything else with a message', async () => {
    const { user, text } = await openEntries('external_metadata', METADATA);
    const code = field('code, External metadata');
    await user.clear(code);
    expect(screen.getByText(/^Enter a number such as 12/)).toBeTruthy();
    expect(code.getAttribute('aria-invalid')).toBe('true');
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
    await user.type(code, '12345678901234567890.50');
    expect(screen.queryByText(/^Enter a number such as 12/)).toBeNull();
    expect(await text()).toBe(METADATA.replace('4471', '12345678901234567890.50'));
  });

  it('of a boolean is one click', async () => {
    const { user, text } = await openEntries('external_metadata', METADATA);
    await user.click(screen.getByRole('checkbox', { name: 'active, External metadata' }));
    expect(await text()).toBe(METADATA.replace('true', 'false'));
  });

  it('of one of two entries with the same name changes only that one', async () => {
    const { user, text } = await openEntries('external_metadata', METADATA);
    await user.type(field('a (2), External metadata'), '2');
    expect(await text()).toBe(METADATA.replace('"a":"2"', '"a":"22"'));
  });

  it('is undone by Discard changes', async () => {
    const { api, user } = await openEntries('external_metadata', METADATA);
    api.answer('drafts', 'discard', () => success(page({ external_metadata: METADATA })));
    await user.type(field('tier, External metadata'), '!');
    await user.click(button('Discard changes'));
    await waitFor(() => expect(field('tier, External metadata').value).toBe('gold'));
  });

  it('is reviewed as the text before and after', async () => {
    const { user } = await openEntries('external_metadata', '{"tier":"gold"}');
    await user.type(field('tier, External metadata'), '!');
    await user.click(button('Review changes'));
    const review = within(await screen.findByRole('dialog'));
    expect(
      review.getByText((_, element) => element?.textContent === '{"tier":"gold!"}', {
        selector: 'dd *, p, div, span',
      }),
    ).toBeTruthy();
  });
});

describe('the set of entries', () => {
  it('accepts a new entry and focuses its control', async () => {
    const { user, text } = await openEntries('business_address', '{"line1": "12 Harbour Row"}');
    await user.click(button('Add an entry, Business address'));
    expect(document.activeElement).toBe(field('Name of the new entry, Business address'));
    await user.keyboard('Postal code');
    expect(
      screen.getByText('In addresses at Cloudflare, this is usually called zipcode.'),
    ).toBeTruthy();
    await user.clear(document.activeElement!);
    await user.keyboard('zipcode{Enter}');
    await waitFor(() =>
      expect(document.activeElement).toBe(field('Postal code, Business address')),
    );
    await user.keyboard('BS1');
    expect(await text()).toBe('{"line1": "12 Harbour Row", "zipcode": "BS1"}');
  });

  it('can start empty', async () => {
    const { user, text } = await openEntries('external_metadata', '{}');
    expect(screen.getByText('No entries yet.')).toBeTruthy();
    await user.click(button('Add an entry, External metadata'));
    await user.keyboard('crm{Enter}');
    await waitFor(() => expect(document.activeElement).toBe(field('crm, External metadata')));
    expect(await text()).toBe('{"crm": ""}');
  });

  it('rejects an empty name and one that is taken, with a message', async () => {
    const { user, text } = await openEntries('external_metadata', METADATA);
    await user.click(button('Add an entry, External metadata'));
    await user.keyboard('{Enter}');
    expect(screen.getByText('Give the entry a name.')).toBeTruthy();
    await user.keyboard('tier{Enter}');
    expect(screen.getByText(/^There is already an entry with this name/)).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(document.activeElement).toBe(button('Add an entry, External metadata'));
    expect(await text()).toBe(METADATA);
  });

  it('renames in place, and rejects a name that is taken', async () => {
    const { user, text } = await openEntries('external_metadata', METADATA);
    await chooseAction(user, 'tier, External metadata', 'Rename');
    const name = await screen.findByRole('textbox', {
      name: 'New name of tier, External metadata',
    });
    await user.clear(name);
    await user.type(name, 'code{Enter}');
    expect(screen.getByText(/^There is already an entry with this name/)).toBeTruthy();
    await user.clear(name);
    await user.type(name, 'level{Enter}');
    await waitFor(() => expect(document.activeElement).toBe(field('level, External metadata')));
    expect(await text()).toBe(METADATA.replace('tier', 'level'));
  });

  it('restores a removed entry byte for byte, until something else is edited', async () => {
    const { user } = await openEntries('business_address', ADDRESS);
    await chooseAction(user, 'City, Business address', 'Remove');
    expect(screen.queryByRole('textbox', { name: /^City/ })).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(button('Put it back')));
    await user.click(button('Put it back'));
    expect(screen.queryByRole('button', { name: 'Review changes' })).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(field('City, Business address')));
    await chooseAction(user, 'City, Business address', 'Remove');
    await user.type(field('Address line 1, Business address'), '!');
    expect(screen.queryByRole('button', { name: 'Put it back' })).toBeNull();
  });
});

describe('what is typed but not applied yet', () => {
  it('keeps the form: a number that is none', async () => {
    const { user } = await openEntries('external_metadata', METADATA);
    const code = field('code, External metadata');
    await user.type(code, 'a');
    await showText(user, LABELS.external_metadata);
    expect(document.activeElement).toBe(code);
    expect(code.value).toBe('4471a');
  });

  it('keeps the form: a name, but not an empty one', async () => {
    const { user } = await openEntries('external_metadata', METADATA);
    await user.click(button('Add an entry, External metadata'));
    await user.keyboard('cr');
    await showText(user, LABELS.external_metadata);
    const name = field('Name of the new entry, External metadata');
    expect(document.activeElement).toBe(name);
    expect(name.value).toBe('cr');
    expect(screen.getByText('Finish or cancel this name first.')).toBeTruthy();
    await user.clear(name);
    expect(screen.queryByText('Finish or cancel this name first.')).toBeNull();
    await showText(user, LABELS.external_metadata);
    expect(field('External metadata').value).toBe(METADATA);
  });
});

describe('a name that is typed', () => {
  it('comes back with the form if the text is plain meanwhile, which is said', async () => {
    const { user, receive } = await openEntries('external_metadata', METADATA);
    await user.click(button('Add an entry, External metadata'));
    await user.keyboard('cr');
    await receive(page({ external_metadata: 'plain' }));
    expect(screen.getByText(/^Not added yet: .* \u2068cr\u2069\./)).toBeTruthy();
    await receive(page({ external_metadata: METADATA }));
    expect(screen.queryByText(/^Not added yet/)).toBeNull();
    expect(field('Name of the new entry, External metadata').value).toBe('cr');
    await user.click(button('Cancel'));
    await receive(page({ external_metadata: 'plain' }));
    expect(screen.queryByText(/^Not added yet/)).toBeNull();
  });

  it('comes back without the focus, which is elsewhere by then', async () => {
    const { user, receive } = await openEntries('external_metadata', METADATA);
    await chooseAction(user, 'tier, External metadata', 'Rename');
    await user.type(field('New name of tier, External metadata'), '{End}s');
    await user.click(button('Add an entry, External metadata'));
    expect(document.activeElement).toBe(field('Name of the new entry, External metadata'));
    await user.keyboard('cr');
    await receive(page({ external_metadata: 'plain' }));
    await user.click(field('Business name'));
    await receive(page({ external_metadata: METADATA }));
    expect(field('Name of the new entry, External metadata').value).toBe('cr');
    expect(field('New name of tier, External metadata').value).toBe('tiers');
    expect(document.activeElement).toBe(field('Business name'));
  });

  it('is forgotten if it was for an entry that is gone when the text has entries again', async () => {
    const { user, receive } = await openEntries('external_metadata', METADATA);
    await chooseAction(user, 'tier, External metadata', 'Rename');
    await user.type(field('New name of tier, External metadata'), '{End}s');
    await receive(page({ external_metadata: 'plain' }));
    expect(
      screen.getByText(/^Not renamed yet: \u2068tier\u2069 to \u2068tiers\u2069\./),
    ).toBeTruthy();
    await receive(page({ external_metadata: '{"other":"x"}' }));
    await receive(page({ external_metadata: 'plain' }));
    expect(screen.queryByText(/^Not added yet/)).toBeNull();
    await receive(page({ external_metadata: METADATA }));
    expect(field('tier, External metadata').value).toBe('gold');
  });

  it('stays in the way of the text only if it differs from the name before', async () => {
    const { user } = await openEntries('external_metadata', METADATA);
    await chooseAction(user, 'tier, External metadata', 'Rename');
    const name = field('New name of tier, External metadata');
    await user.type(name, '{End}s');
    await showText(user, LABELS.external_metadata);
    expect(document.activeElement).toBe(name);
    expect(screen.getByText('Finish or cancel this name first.')).toBeTruthy();
    await user.type(name, '{Backspace}');
    await showText(user, LABELS.external_metadata);
    expect(field('External metadata').value).toBe(METADATA);
    await user.click(button('Edit entry by entry, External metadata'));
    expect(screen.queryByRole('textbox', { name: /^New name of tier/ })).toBeNull();
  });
});

describe('a text that is being typed', () => {
  it('stays, also when it becomes an object or was one before', async () => {
    const { user } = await openPage(page({ external_metadata: '' }));
    await openMetadata(user);
    const toForm = () =>
      screen.queryByRole('button', { name: 'Edit entry by entry, External metadata' });
    await replaceText('External metadata', '{"tier"');
    expect(toForm()).toBeNull();
    await replaceText('External metadata', '{"tier":1}');
    expect(field('External metadata').value).toBe('{"tier":1}');
    expect(toForm()).toBeTruthy();
    await replaceText('External metadata', 'plain');
    expect(toForm()).toBeNull();
    await replaceText('External metadata', '{"tier":2}');
    await user.click(toForm()!);
    expect(field('tier, External metadata').value).toBe('2');
  });

  it('stays where the caret is in it and a newer page brings an object', async () => {
    const { user, receive } = await openPage(page({ business_address: '12 Harbour Row' }));
    const address = field('Business address');
    await user.click(address);
    await receive(page({ business_address: '{"city":"Bonn"}' }));
    expect(document.activeElement).toBe(address);
    expect(address.value).toBe('{"city":"Bonn"}');
    await user.click(button('Edit entry by entry, Business address'));
    expect(field('City, Business address')).toBe(document.activeElement);
  });

  it('becomes a form when an object arrives, if it was left without an edit', async () => {
    const { user, receive } = await openPage(page({ business_address: '12 Harbour Row' }));
    await user.click(field('Business address'));
    await user.click(field('Business name'));
    await receive(page({ business_address: '{"city":"Bonn"}' }));
    expect(field('City, Business address').value).toBe('Bonn');
  });

  it('stays when an object arrives, if it was edited', async () => {
    const plain = page({ business_address: '12 Harbour Row' });
    const { api, user, receive } = await openPage(plain);
    await user.type(field('Business address'), '!');
    await user.click(field('Business name'));
    await waitFor(() => expect(api.requests('drafts.save')).toHaveLength(1));
    const base = { ...SAVED, business_address: '12 Harbour Row' };
    const newer = draft({ business_address: '{"city":"Kiel"}' }, base);
    await receive({ ...plain, draft: newer, editNumber: 9 });
    expect(field('Business address').value).toBe('{"city":"Kiel"}');
  });

  it('does not get the caret of an entry when a newer page has a text instead: what is typed next is not for it', async () => {
    const { user, receive } = await openEntries('business_address', ADDRESS);
    await user.click(field('City, Business address'));
    await receive(page({ business_address: '12 Harbour Row' }));
    await waitFor(() => expect(document.activeElement?.tagName).toBe('H1'));
    await user.keyboard('typed');
    expect(field('Business address').value).toBe('12 Harbour Row');
  });

  it('moves the focus when the focused entry disappears', async () => {
    const { api, user, receive, menu } = await openEntries('external_metadata', '{"tier":"gold"}');
    api.answer('drafts', 'discard', () => success(page({ external_metadata: '{"tier":"gold"}' })));
    await user.click(button('Add an entry, External metadata'));
    await user.keyboard('crm{Enter}');
    await waitFor(() => expect(document.activeElement).toBe(field('crm, External metadata')));
    await menu('discard');
    await waitFor(() => expect(document.activeElement).toBe(field('tier, External metadata')));
    await screen.findByRole('button', { name: 'Bring them back' });

    await receive(page({ external_metadata: '{"other":"x"}' }));
    expect(field('other, External metadata').value).toBe('x');
    await waitFor(() => expect(document.activeElement).not.toBe(document.body));
  });
});
