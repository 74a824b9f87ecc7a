/** The form state: what a person touched stays, everything else follows main byte for byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProfileForm } from '../../../src/renderer/features/organization/form.svelte';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { Autosave } from '../../../src/renderer/state/autosave.svelte';
import { success } from '../../../src/shared/failure';
import { baselineOf, type OrganizationView } from '../../../src/shared/organization';
import { layOver, textsOf, type Patch } from '../../../src/shared/patch';
import { asTyped, FIELD_NAMES, type Profile } from '../../../src/shared/profile';
import { FakeApi } from '../fake-api';
import { change, draft, patch, SAVED, savedCopy, view } from './samples';

const CRLF = 'Hafenstraße 12\r\n20457 Hamburg\r\n';

/** A form over an autosave whose keeps main answers. */
function formOf(opened: OrganizationView = view()) {
  const api = new FakeApi().answer('drafts', 'keep', () => success(null));
  const autosave = new Autosave({ api: createApi(api.bridge), view: opened });
  const form = new ProfileForm(autosave);
  return {
    autosave,
    form,
    edits: () => textsOf(autosave.touched),
    follow(newer: OrganizationView) {
      autosave.follow(newer);
      form.update();
    },
  };
}

describe('a form that nobody touched', () => {
  it('has no edits and shows the saved copy', () => {
    const { form, edits } = formOf();
    expect(edits()).toEqual({});
    expect(form.texts).toEqual(SAVED);
    expect(form.changed).toEqual([]);
  });

  it('keeps CRLF of the saved copy although the control holds LF', () => {
    const { form, edits } = formOf(
      view({ profile: savedCopy({ ...SAVED, business_address: CRLF }) }),
    );
    expect(form.shown('business_address')).toBe('Hafenstraße 12\n20457 Hamburg\n');
    expect(form.texts.business_address).toBe(CRLF);
    form.type('business_address', form.shown('business_address'));
    expect(edits()).toEqual({});
  });

  it('starts empty where there is no profile yet', () => {
    const { form } = formOf(view({ profile: savedCopy(null) }));
    expect(Object.values(form.texts)).toEqual(['', '', '', '', '']);
  });
});

describe('edits', () => {
  it('hold only the field that was touched and differs', () => {
    const { form, edits } = formOf();
    form.type('business_phone', '+44 20 7946 0123');
    expect(edits()).toEqual({ business_phone: '+44 20 7946 0123' });
    form.type('business_phone', SAVED.business_phone);
    expect(edits()).toEqual({});
  });

  it('get the line ends of the text they began from', () => {
    const { form, edits } = formOf(
      view({ profile: savedCopy({ ...SAVED, business_address: CRLF }) }),
    );
    form.type('business_address', 'Hafenstraße 14\n20457 Hamburg\n');
    expect(edits()).toEqual({ business_address: 'Hafenstraße 14\r\n20457 Hamburg\r\n' });
  });

  it('come back from a draft, with the base it has; other fields show what is saved', () => {
    const { form, edits } = formOf(
      view({
        draft: draft({ business_email: 'new@b.example' }, { ...SAVED, business_email: 'old' }),
      }),
    );
    expect(edits()).toEqual({ business_email: 'new@b.example' });
    expect(form.before('business_email')).toBe('old');
    expect(form.texts.business_name).toBe(SAVED.business_name);
  });

  it('begin on top of a pending change', () => {
    const { form, edits } = formOf(view({ change: change({ business_name: 'Mine' }) }));
    expect(form.texts.business_name).toBe('Mine');
    expect(edits()).toEqual({});
  });

  it('end where main now has the same text, as after a save', () => {
    const { form, follow } = formOf();
    form.type('business_name', 'New name');
    follow(view({ change: change({ business_name: 'New name' }) }));
    expect(form.changed).toEqual([]);
    follow(view({ profile: savedCopy({ ...SAVED, business_name: 'Elsewhere' }) }));
    expect(form.texts.business_name).toBe('Elsewhere');
  });

  it('that cannot be sent are named, all others are not', () => {
    const { form } = formOf();
    form.type('external_metadata', 'x'.repeat(100_001));
    form.type('business_email', 'not an address');
    expect(form.blocked).toEqual(['external_metadata']);
  });
});

describe('the kind of control', () => {
  it('has lines for address, metadata and any stored text with a line break', () => {
    const { form } = formOf(view({ profile: savedCopy({ ...SAVED, business_phone: '1\r\n2' }) }));
    expect(FIELD_NAMES.filter((field) => form.isMultiLine(field))).toEqual([
      'business_phone',
      'business_address',
      'external_metadata',
    ]);
  });

  it('stays under a person who types, whatever main sends', () => {
    const { form, follow } = formOf();
    form.type('business_phone', '1');
    follow(view({ profile: savedCopy({ ...SAVED, business_phone: '1\n2' }) }));
    expect(form.isMultiLine('business_phone')).toBe(false);
    follow(view({ profile: savedCopy({ ...SAVED, business_name: 'a\nb' }) }));
    expect(form.isMultiLine('business_name')).toBe(true);
  });
});

describe('the base of an edit', () => {
  const elsewhere = view({ profile: savedCopy({ ...SAVED, business_phone: 'theirs' }) });

  it('is what the person saw, also when main has a newer copy before the draft is kept', () => {
    const { autosave, form, follow } = formOf();
    form.type('business_phone', 'mine');
    follow(elsewhere);
    expect(autosave.touched).toEqual(patch({ business_phone: 'mine' }));
    expect(form.before('business_phone')).toBe(SAVED.business_phone);
  });

  it('is what the draft on disk says, once it is there', async () => {
    const { autosave, form, follow } = formOf();
    form.type('business_phone', 'mine');
    await autosave.flush();
    const older = draft({ business_phone: 'mine' }, { ...SAVED, business_phone: 'older' });
    follow(view({ draft: older, draftNumber: 1 }));
    expect(autosave.touched).toEqual({ business_phone: { base: 'older', text: 'mine' } });
  });

  it('stays when the person types the old text back over a newer copy, which is shown as before', () => {
    const { autosave, form, follow } = formOf();
    form.type('business_phone', 'mine');
    follow(elsewhere);
    form.type('business_phone', SAVED.business_phone);
    expect(autosave.touched).toEqual(patch({ business_phone: SAVED.business_phone }));
    expect(form.before('business_phone')).toBe('theirs');
  });

  it('that is lost is shown as the text that lies under the edit', () => {
    const lost = { business_phone: { base: null, text: 'mine' } };
    const { autosave, form } = formOf(view({ draft: { patch: lost, updatedAt: 1 } }));
    expect(form.before('business_phone')).toBe(SAVED.business_phone);
    form.type('business_phone', 'mine too');
    expect(autosave.touched).toEqual({ business_phone: { base: null, text: 'mine too' } });
  });
});

/** Texts with every line end, and short enough that equal ones happen. */
const text = fc.stringMatching(/^[ab\r\n]{0,4}$/);
const profile = fc.record({
  business_name: text,
  business_email: text,
  business_phone: text,
  business_address: text,
  external_metadata: text,
}) satisfies fc.Arbitrary<Profile>;
const anyPatch = profile.chain((texts) =>
  fc.subarray([...FIELD_NAMES]).map((fields): Patch => {
    const touched: Patch = {};
    for (const field of fields) touched[field] = { base: null, text: texts[field] };
    return touched;
  }),
);
const anyView = fc.record({
  saved: fc.option(profile),
  typed: anyPatch,
  submitted: fc.option(anyPatch),
  draftNumber: fc.nat({ max: 3 }),
});
const field = fc.constantFrom(...FIELD_NAMES);
const step = fc.oneof(fc.record({ type: field, typed: text }), fc.record({ follow: anyView }));

interface AnyView {
  saved: Profile | null;
  typed: Patch;
  submitted: Patch | null;
  draftNumber: number;
}

function viewOf({ saved, typed, submitted, draftNumber }: AnyView) {
  return view({
    profile: savedCopy(saved),
    draft: { patch: typed, updatedAt: 1 },
    draftNumber,
    change: submitted && change({}, { patch: submitted }),
  });
}

describe('whatever the order of keys and news from main', () => {
  it('a text being typed stays, an untouched text is what lies under it byte for byte', () => {
    fc.assert(
      fc.property(anyView, fc.array(step, { maxLength: 12 }), (first, steps) => {
        const opened = viewOf(first);
        const { autosave, form, follow } = formOf(opened);
        let under = baselineOf(opened);
        const typing = new Set<string>();
        for (const next of steps) {
          const before = form.texts;
          if ('follow' in next) {
            const news = viewOf(next.follow);
            under = baselineOf(news);
            const touched = new Set(form.changed);
            follow(news);
            for (const name of FIELD_NAMES) {
              // It stops being an edit only by being equal to what lies under it.
              if (typing.has(name) && touched.has(name))
                expect(form.texts[name]).toBe(before[name]);
            }
          } else {
            form.type(next.type, next.typed);
            typing.add(next.type);
            expect(asTyped(form.texts[next.type])).toBe(asTyped(next.typed));
          }
          for (const name of FIELD_NAMES) {
            const edit = autosave.touched[name];
            if (edit === undefined) expect(form.texts[name]).toBe(under[name]);
            else expect(edit.text).not.toBe(under[name]);
          }
          expect(form.texts).toEqual(layOver(under, autosave.touched));
        }
        autosave.drop();
      }),
    );
  });
});
