/** The form state: what a person touched stays, everything else follows main byte for byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProfileForm } from '../../../src/renderer/features/organization/form.svelte';
import { baselineOf } from '../../../src/shared/organization';
import { applyEdits, asTyped, FIELD_NAMES, type Profile } from '../../../src/shared/profile';
import { change, SAVED, savedCopy, view } from './views';

const CRLF = 'Hafenstraße 12\r\n20457 Hamburg\r\n';

describe('a form that nobody touched', () => {
  it('has no edits and shows the saved copy', () => {
    const form = new ProfileForm(view());
    expect(form.edits).toEqual({});
    expect(form.texts).toEqual(SAVED);
    expect(form.changed).toEqual([]);
  });

  it('keeps CRLF of the saved copy although the control holds LF', () => {
    const form = new ProfileForm(
      view({ profile: savedCopy({ ...SAVED, business_address: CRLF }) }),
    );
    expect(form.shown('business_address')).toBe('Hafenstraße 12\n20457 Hamburg\n');
    expect(form.texts.business_address).toBe(CRLF);
    form.type('business_address', form.shown('business_address'));
    expect(form.edits).toEqual({});
  });

  it('starts empty where there is no profile yet', () => {
    const form = new ProfileForm(view({ profile: savedCopy(null) }));
    expect(Object.values(form.texts)).toEqual(['', '', '', '', '']);
  });
});

describe('edits', () => {
  it('hold only the field that was touched and differs', () => {
    const form = new ProfileForm(view());
    form.type('business_phone', '+44 20 7946 0123');
    expect(form.edits).toEqual({ business_phone: '+44 20 7946 0123' });
    form.type('business_phone', SAVED.business_phone);
    expect(form.edits).toEqual({});
  });

  it('get the line ends of the text they began from', () => {
    const form = new ProfileForm(
      view({ profile: savedCopy({ ...SAVED, business_address: CRLF }) }),
    );
    form.type('business_address', 'Hafenstraße 14\n20457 Hamburg\n');
    expect(form.edits).toEqual({ business_address: 'Hafenstraße 14\r\n20457 Hamburg\r\n' });
  });

  it('come back from a draft, over the base it began from', () => {
    const base = { ...SAVED, business_name: 'Brightwater' };
    const form = new ProfileForm(
      view({ draft: { base, fields: { ...base, business_email: 'new@b.example' }, updatedAt: 1 } }),
    );
    expect(form.edits).toEqual({ business_email: 'new@b.example' });
    expect(form.texts.business_name).toBe('Brightwater');
  });

  it('begin on top of a pending change', () => {
    const form = new ProfileForm(view({ change: change({ business_name: 'Mine' }) }));
    expect(form.texts.business_name).toBe('Mine');
    expect(form.edits).toEqual({});
  });

  it('end where main now has the same text, as after a save', () => {
    const form = new ProfileForm(view());
    form.type('business_name', 'New name');
    form.follow(view({ change: change({ business_name: 'New name' }) }));
    expect(form.changed).toEqual([]);
    form.follow(view({ profile: savedCopy({ ...SAVED, business_name: 'Elsewhere' }) }));
    expect(form.texts.business_name).toBe('Elsewhere');
  });

  it('can be discarded and brought back', () => {
    const form = new ProfileForm(view());
    form.type('business_name', 'New name');
    const gone = form.discard();
    expect(form.texts).toEqual(SAVED);
    form.restore(gone);
    expect(form.edits).toEqual({ business_name: 'New name' });
  });

  it('that cannot be sent are named, all others are not', () => {
    const form = new ProfileForm(view());
    form.type('external_metadata', 'x'.repeat(100_001));
    form.type('business_email', 'not an address');
    expect(form.blocked).toEqual(['external_metadata']);
  });
});

describe('the kind of control', () => {
  it('has lines for address, metadata and any stored text with a line break', () => {
    const form = new ProfileForm(
      view({ profile: savedCopy({ ...SAVED, business_phone: '1\r\n2' }) }),
    );
    expect(FIELD_NAMES.filter((field) => form.isMultiLine(field))).toEqual([
      'business_phone',
      'business_address',
      'external_metadata',
    ]);
  });

  it('stays under a person who types, whatever main sends', () => {
    const form = new ProfileForm(view());
    form.type('business_phone', '1');
    form.follow(view({ profile: savedCopy({ ...SAVED, business_phone: '1\n2' }) }));
    expect(form.isMultiLine('business_phone')).toBe(false);
    form.follow(view({ profile: savedCopy({ ...SAVED, business_name: 'a\nb' }) }));
    expect(form.isMultiLine('business_name')).toBe(true);
  });
});

describe('what an edit began from', () => {
  const theirs = view({ profile: savedCopy({ ...SAVED, business_phone: 'theirs' }) });

  it('is what the person saw, also when main has a newer copy before the draft is kept', () => {
    const form = new ProfileForm(view());
    form.type('business_phone', 'mine');
    form.follow(theirs);
    expect(form.typed()).toEqual({
      edits: { business_phone: 'mine' },
      began: { business_phone: SAVED.business_phone },
    });
    expect(form.baseline('business_phone')).toBe(SAVED.business_phone);
  });

  it('is what the draft on disk says, once it is there', () => {
    const form = new ProfileForm(view());
    form.type('business_phone', 'mine');
    const base = { ...SAVED, business_phone: 'older' };
    const fields = { ...SAVED, business_phone: 'mine' };
    form.follow(view({ draft: { base, fields, updatedAt: 1 } }));
    expect(form.typed().began).toEqual({ business_phone: 'older' });
  });

  it('is the newer copy when the person types the old text back over it', () => {
    const form = new ProfileForm(view());
    form.type('business_phone', 'mine');
    form.follow(theirs);
    form.type('business_phone', SAVED.business_phone);
    expect(form.typed()).toEqual({
      edits: { business_phone: SAVED.business_phone },
      began: { business_phone: 'theirs' },
    });
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
const anyView = fc.record({
  saved: fc.option(profile),
  base: fc.option(profile),
  desired: fc.option(profile),
});
const field = fc.constantFrom(...FIELD_NAMES);
const step = fc.oneof(fc.record({ type: field, typed: text }), fc.record({ follow: anyView }));

function viewOf({
  saved,
  base,
  desired,
}: {
  saved: Profile | null;
  base: Profile | null;
  desired: Profile | null;
}) {
  return view({
    profile: savedCopy(saved),
    draft: base && { base, fields: base, updatedAt: 1 },
    change: desired && change({}, { desired }),
  });
}

describe('whatever the order of keys and news from main', () => {
  it('a touched text stays, an untouched text is the baseline byte for byte', () => {
    fc.assert(
      fc.property(anyView, fc.array(step, { maxLength: 12 }), (first, steps) => {
        const opened = viewOf(first);
        const form = new ProfileForm(opened);
        let baseline = baselineOf(opened);
        for (const next of steps) {
          const before = { ...form.edits };
          if ('follow' in next) {
            const news = viewOf(next.follow);
            baseline = baselineOf(news);
            form.follow(news);
            for (const name of FIELD_NAMES) {
              const typed = before[name];
              // A touched text stays as it is; it stops being an edit only by being equal.
              if (typed !== undefined) expect(form.texts[name]).toBe(typed);
            }
          } else {
            form.type(next.type, next.typed);
            expect(asTyped(form.texts[next.type])).toBe(asTyped(next.typed));
          }
          for (const name of FIELD_NAMES) {
            if (form.edits[name] === undefined) expect(form.texts[name]).toBe(baseline[name]);
            else expect(form.edits[name]).not.toBe(baseline[name]);
          }
          expect(form.texts).toEqual(applyEdits(baseline, form.edits));
        }
      }),
    );
  });
});
