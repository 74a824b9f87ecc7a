/** Choices in a conflict: each is made by the user, and only applies while both texts stay the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConflictChoices } from '../../../../src/renderer/state/conflict-choices.svelte';
import type { PendingChange } from '../../../../src/shared/organization';
import { FIELD_NAMES, type Edits, type FieldName } from '../../../../src/shared/profile';
import { conflicting, SAVED } from '../samples';

const MINE = { business_email: 'mine@b.example', business_phone: '+44 mine' };
const conflict = (theirs: Edits, different: Partial<PendingChange> = {}) =>
  conflicting(MINE, theirs, different);
const BOTH = { business_email: 'theirs@b.example', business_phone: '+44 theirs' };

describe('choices', () => {
  it('start empty and know the three texts', () => {
    const choices = new ConflictChoices();
    choices.follow(conflict({ ...BOTH, business_name: 'Theirs' }));
    expect(choices.chosen).toEqual({});
    expect(choices.missing).toEqual(['business_email', 'business_phone']);
    expect(choices.changedAgain).toEqual([]);
    expect(choices.fields[1]).toEqual({
      field: 'business_phone',
      base: SAVED.business_phone,
      mine: '+44 mine',
      remote: '+44 theirs',
    });
  });

  it('stay where the remote text is the same, and are reset and reported where it changed', () => {
    const choices = new ConflictChoices();
    choices.follow(conflict(BOTH));
    choices.choose('business_email', 'mine');
    choices.choose('business_phone', 'theirs');
    expect(choices.missing).toEqual([]);

    choices.follow(conflict({ ...BOTH, business_phone: '+44 third' }));
    expect(choices.chosen).toEqual({ business_email: 'mine' });
    expect(choices.changedAgain).toEqual(['business_phone']);

    // The field is reported until the user chooses there, even if main sends more pages.
    choices.follow(conflict({ ...BOTH, business_phone: '+44 third' }));
    expect(choices.changedAgain).toEqual(['business_phone']);
    choices.choose('business_phone', 'theirs');
    expect(choices.changedAgain).toEqual([]);
  });

  it('are missing for a field that joins the conflict later, and the field is reported', () => {
    const choices = new ConflictChoices();
    choices.follow(conflict({ business_phone: '+44 theirs' }));
    choices.choose('business_phone', 'mine');
    choices.follow(conflict(BOTH));
    expect(choices.missing).toEqual(['business_email']);
    expect(choices.changedAgain).toEqual(['business_email']);
  });

  it('are cleared when the conflict ends', () => {
    const choices = new ConflictChoices();
    choices.follow(conflict(BOTH));
    choices.choose('business_phone', 'mine');
    expect(choices.checkComplete()).toBe('business_email');
    choices.follow(conflict(BOTH, { state: 'queued', remote: null }));
    expect(choices.chosen).toEqual({});
    expect(choices.fields).toEqual([]);
    choices.follow(conflict(BOTH));
    expect(choices.missing).toEqual(['business_email', 'business_phone']);
    expect(choices.showsMissing).toBe(false);
  });

  it('never apply to a text that the user did not choose', () => {
    const text = fc.constantFrom('a', 'b', 'c');
    const texts = fc.record({ business_email: text, business_phone: text, business_name: text });
    const step = fc.oneof(
      fc.record({ theirs: texts }),
      fc.record({
        field: fc.constantFrom<FieldName[]>('business_email', 'business_phone', 'business_name'),
        side: fc.constantFrom('mine' as const, 'theirs' as const),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const choices = new ConflictChoices();
        const chosenText = new Map<FieldName, string>();
        for (const action of steps) {
          if ('theirs' in action) choices.follow(conflict(action.theirs));
          else {
            const shown = choices.fields.find(({ field }) => field === action.field);
            if (!shown) continue;
            choices.choose(action.field, action.side);
            chosenText.set(action.field, shown.remote);
          }
          for (const { field, remote } of choices.fields) {
            if (choices.chosen[field]) expect(chosenText.get(field)).toBe(remote);
            expect(choices.missing.includes(field)).toBe(choices.chosen[field] === undefined);
          }
          const shown = choices.fields.map(({ field }) => field);
          const chosen = FIELD_NAMES.filter((field) => choices.chosen[field]);
          expect(chosen.every((field) => shown.includes(field))).toBe(true);
        }
      }),
    );
  });
});
