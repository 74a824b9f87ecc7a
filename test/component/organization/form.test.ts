/** The form state: touched fields stay, everything else follows main byte for byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Editor } from '../../../src/renderer/features/organization/editor.svelte';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { Autosaves } from '../../../src/renderer/state/autosaves.svelte';
import { success } from '../../../src/shared/result';
import { baselineOf, type OrganizationView } from '../../../src/shared/organization';
import { applyPatches, textsOf, type Patch } from '../../../src/shared/patch';
import { normalizeLineEnds, FIELD_NAMES, type Profile } from '../../../src/shared/profile';
import { FakeApi } from '../fake-api';
import { change, draft, patch, SAVED, savedCopy, view } from './samples';

const CRLF = 'Hafenstraße 12\r\n20457 Hamburg\r\n';

/** Opens an editor whose saves succeed; `form` is its autosave. */
function createForm(opened: OrganizationView = view()) {
  const api = new FakeApi().answer('drafts', 'save', () => success(null));
  const bridge = createApi(api.bridge);
  const editor = new Editor({ api: bridge, autosaves: new Autosaves(bridge), view: opened });
  const { autosave: form } = editor;
  return {
    editor,
    form,
    edits: () => textsOf(form.touched),
    follow: (newer: OrganizationView) => form.follow(newer),
  };
}

describe('an untouched form', () => {
  it('has no edits and shows the saved copy', () => {
    const { form, edits } = createForm();
    expect(edits()).toEqual({});
    expect(form.texts).toEqual(SAVED);
    expect(form.changed).toEqual([]);
  });

  it('keeps the CRLF of the saved copy although the control contains LF', () => {
    const { form, edits } = createForm(
      view({ profile: savedCopy({ ...SAVED, business_address: CRLF }) }),
    );
    expect(form.shown('business_address')).toBe('Hafenstraße 12\n20457 Hamburg\n');
    expect(form.texts.business_address).toBe(CRLF);
    form.type('business_address', form.shown('business_address'));
    expect(edits()).toEqual({});
  });

  it('starts empty where there is no profile yet', () => {
    const { form } = createForm(view({ profile: savedCopy(null) }));
    expect(Object.values(form.texts)).toEqual(['', '', '', '', '']);
  });
});

describe('edits', () => {
  it('contain only touched fields that differ', () => {
    const { form, edits } = createForm();
    form.type('business_phone', '+44 20 7946 0123');
    expect(edits()).toEqual({ business_phone: '+44 20 7946 0123' });
    form.type('business_phone', SAVED.business_phone);
    expect(edits()).toEqual({});
  });

  it('use the line endings of the original text', () => {
    const { form, edits } = createForm(
      view({ profile: savedCopy({ ...SAVED, business_address: CRLF }) }),
    );
    form.type('business_address', 'Hafenstraße 14\n20457 Hamburg\n');
    expect(edits()).toEqual({ business_address: 'Hafenstraße 14\r\n20457 Hamburg\r\n' });
  });

  it('are restored from a draft with its base; other fields show the saved copy', () => {
    const { form, edits } = createForm(
      view({
        draft: draft({ business_email: 'new@b.example' }, { ...SAVED, business_email: 'old' }),
      }),
    );
    expect(edits()).toEqual({ business_email: 'new@b.example' });
    expect(form.before('business_email')).toBe('old');
    expect(form.texts.business_name).toBe(SAVED.business_name);
  });

  it('start on top of a pending change', () => {
    const { form, edits } = createForm(view({ change: change({ business_name: 'Mine' }) }));
    expect(form.texts.business_name).toBe('Mine');
    expect(edits()).toEqual({});
  });

  it('end when main has the same text, as after a save', () => {
    const { form, follow } = createForm();
    form.type('business_name', 'New name');
    follow(view({ change: change({ business_name: 'New name' }) }));
    expect(form.changed).toEqual([]);
    follow(view({ profile: savedCopy({ ...SAVED, business_name: 'Elsewhere' }) }));
    expect(form.texts.business_name).toBe('Elsewhere');
  });

  it('that are too long are refused, and the text before stays', () => {
    const { editor, edits } = createForm();
    editor.type('external_metadata', 'x'.repeat(100_000));
    const before = edits();
    expect(editor.refused).toBeNull();
    editor.type('external_metadata', 'x'.repeat(100_001));
    expect(editor.refused).toBe('external_metadata');
    expect(edits()).toEqual(before);
    editor.type('business_email', 'not an address');
    expect(editor.refused).toBeNull();
  });
});

describe('the kind of control', () => {
  it('is multi-line for address, metadata and any stored text with a line break', () => {
    const { editor } = createForm(
      view({ profile: savedCopy({ ...SAVED, business_phone: '1\r\n2' }) }),
    );
    expect(FIELD_NAMES.filter((field) => editor.isMultiLine(field))).toEqual([
      'business_phone',
      'business_address',
      'external_metadata',
    ]);
  });

  it('does not change while the user is typing, whatever main sends', () => {
    const { editor, form } = createForm();
    form.type('business_phone', '1');
    editor.follow(view({ profile: savedCopy({ ...SAVED, business_phone: '1\n2' }) }));
    expect(editor.isMultiLine('business_phone')).toBe(false);
    editor.follow(view({ profile: savedCopy({ ...SAVED, business_name: 'a\nb' }) }));
    expect(editor.isMultiLine('business_name')).toBe(true);
  });
});

describe('the base of an edit', () => {
  const changedRemotely = view({ profile: savedCopy({ ...SAVED, business_phone: 'theirs' }) });

  it('is the text the user saw, even when main has a newer copy before the draft is saved', () => {
    const { form, follow } = createForm();
    form.type('business_phone', 'mine');
    follow(changedRemotely);
    expect(form.touched).toEqual(patch({ business_phone: 'mine' }));
    expect(form.before('business_phone')).toBe(SAVED.business_phone);
  });

  it('is the base of the draft on disk once it is saved', async () => {
    const { form, follow } = createForm();
    form.type('business_phone', 'mine');
    await form.flush();
    const older = draft({ business_phone: 'mine' }, { ...SAVED, business_phone: 'older' });
    follow(view({ draft: older, editNumber: 1 }));
    expect(form.touched).toEqual({ business_phone: { base: 'older', text: 'mine' } });
  });

  it('stays when the user types the old text over a newer copy, which is shown as the old text', () => {
    const { form, follow } = createForm();
    form.type('business_phone', 'mine');
    follow(changedRemotely);
    form.type('business_phone', SAVED.business_phone);
    expect(form.touched).toEqual(patch({ business_phone: SAVED.business_phone }));
    expect(form.before('business_phone')).toBe('theirs');
  });

  it('that is unknown is shown as the baseline text', () => {
    const lost = { business_phone: { base: null, text: 'mine' } };
    const { form } = createForm(view({ draft: { patch: lost, updatedAt: 1 } }));
    expect(form.before('business_phone')).toBe(SAVED.business_phone);
    form.type('business_phone', 'mine too');
    expect(form.touched).toEqual({ business_phone: { base: null, text: 'mine too' } });
  });
});

/** Texts with every kind of line ending, short enough to repeat. */
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
  editNumber: fc.nat({ max: 3 }),
});
const field = fc.constantFrom(...FIELD_NAMES);
const step = fc.oneof(fc.record({ type: field, typed: text }), fc.record({ follow: anyView }));

interface AnyView {
  saved: Profile | null;
  typed: Patch;
  submitted: Patch | null;
  editNumber: number;
}

function viewOf({ saved, typed, submitted, editNumber }: AnyView) {
  return view({
    profile: savedCopy(saved),
    draft: { patch: typed, updatedAt: 1 },
    editNumber,
    change: submitted && change({}, { patch: submitted }),
  });
}

describe('whatever the order of edits and pages from main', () => {
  it('typed text stays, and untouched text equals the baseline byte for byte', () => {
    fc.assert(
      fc.property(anyView, fc.array(step, { maxLength: 12 }), (first, steps) => {
        const opened = viewOf(first);
        const { form, follow } = createForm(opened);
        let baseline = baselineOf(opened);
        const typedFields = new Set<string>();
        for (const next of steps) {
          const before = form.texts;
          if ('follow' in next) {
            const newer = viewOf(next.follow);
            baseline = baselineOf(newer);
            const touched = new Set(form.changed);
            follow(newer);
            for (const name of FIELD_NAMES) {
              // An edit ends only when it equals the baseline.
              if (typedFields.has(name) && touched.has(name))
                expect(form.texts[name]).toBe(before[name]);
            }
          } else {
            form.type(next.type, next.typed);
            typedFields.add(next.type);
            expect(normalizeLineEnds(form.texts[next.type])).toBe(normalizeLineEnds(next.typed));
          }
          for (const name of FIELD_NAMES) {
            const edit = form.touched[name];
            if (edit === undefined) expect(form.texts[name]).toBe(baseline[name]);
            else expect(edit.text).not.toBe(baseline[name]);
          }
          expect(form.texts).toEqual(applyPatches(baseline, form.touched));
        }
        form.drop();
      }),
    );
  });
});
