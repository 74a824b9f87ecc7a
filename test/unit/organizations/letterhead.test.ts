/** Copying the letterhead of an organization. */
import { expect, test, vi } from 'vitest';
import { copyLetterhead } from '../../../src/main/organizations/letterhead';
import { escapeHtml } from '../../../src/shared/escape-html';
import { letterheadOf, type RichText } from '../../../src/shared/letterhead';
import { failed, success } from '../../../src/shared/result';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import {
  addOrganization,
  change,
  copy,
  draftOf,
  freshDatabase,
  entryId,
  write,
} from '../database/temporary-database';

const SAVED = {
  ...EMPTY_PROFILE,
  business_name: 'Brightwater Ltd',
  business_address: '12 Harbour Row\r\nLondon',
  business_phone: '+44 20 7946 0000',
  business_email: 'hello@brightwater.example',
  external_metadata: '{"secret":true}',
};

test('is name and address, then phone and email, and never the metadata', () => {
  expect(letterheadOf(SAVED)).toEqual({
    text: 'Brightwater Ltd\n12 Harbour Row\nLondon\n\n+44 20 7946 0000\nhello@brightwater.example',
    html:
      '<p dir="auto"><strong>Brightwater Ltd</strong><br>12 Harbour Row<br>London</p>' +
      '<p dir="auto">+44 20 7946 0000<br>hello@brightwater.example</p>',
  });
});

test('has the lines of an address that is stored as JSON, however many', () => {
  const lines = Array.from({ length: 12 }, (_, index) => `Line ${index}`);
  const address = JSON.stringify({ street: lines });
  expect(letterheadOf({ ...EMPTY_PROFILE, business_address: address })?.text).toBe(
    lines.join('\n'),
  );
});

test('escapes every text in the rich form', () => {
  const hostile = `<img src=x onerror="a('b')">&amp;`;
  const escaped = '&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;';
  expect(escapeHtml(hostile)).toBe(escaped);
  for (const field of [
    'business_name',
    'business_address',
    'business_phone',
    'business_email',
  ] as const) {
    const { text, html } = letterheadOf({ ...SAVED, [field]: hostile }) ?? { text: '', html: '' };
    expect(text).toContain(hostile);
    expect(html).toContain(escaped);
    expect(html).not.toContain('<img');
  }
});

test('is nothing if all its texts are blank', () => {
  expect(letterheadOf({ ...EMPTY_PROFILE, business_name: ' \n', external_metadata: 'x' })).toBe(
    null,
  );
});

function copying() {
  const written = vi.fn<(content: RichText) => Promise<void>>(async () => {});
  const database = freshDatabase();
  const id = write(database, (tables) => addOrganization(tables, 1));
  return { database, id, written, ask: (of = id) => copyLetterhead(database, of, written) };
}

test('copies what the page shows: the saved copy, under the pending change, under the draft', async () => {
  const { database, id, written, ask } = copying();
  write(database, (tables) => {
    tables.profiles.put(copy(id, SAVED));
    tables.outbox.put(change(id, { business_phone: 'pending', business_email: 'pending' }));
    tables.drafts.put(draftOf(id, { business_email: 'typed' }));
  });
  expect(await ask()).toEqual(success({ copied: true }));
  expect(written.mock.lastCall?.[0].text).toBe(
    'Brightwater Ltd\n12 Harbour Row\nLondon\n\npending\ntyped',
  );
});

test('leaves the clipboard alone if there is nothing to copy', async () => {
  const { ask, written } = copying();
  expect(await ask()).toEqual(success({ copied: false }));
  expect(await ask(entryId(9))).toEqual(failed('organization.not-saved-here'));
  expect(written).not.toHaveBeenCalled();
});
