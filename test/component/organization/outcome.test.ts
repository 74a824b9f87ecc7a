/** The outcome shown for each state of a change, and the address lines of the preview. */
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/shared/failure';
import { addressLines, readableText, readableTexts } from '../../../src/shared/address-lines';
import {
  canTryAgain,
  fieldNotices,
  changedElsewhere,
  outcomeOf,
  fieldsStoredDifferently,
} from '../../../src/renderer/features/organization/outcome';
import { change, NOW, SAVED, view } from './samples';

const EDIT = { business_email: 'reception@brightwater.example' };
const REFUSED_EMAIL: Failure = {
  code: 'profile.refused',
  errors: [{ code: 1004, message: 'Not an email.', field: 'business_email', link: null }],
};
const confirmed = { at: NOW, alsoUpdated: [], replaced: {}, messages: [] };

describe('the outcome', () => {
  it.each([
    ['nothing to show', view(), 'online', null],
    ['confirmed', view({ confirmed }), 'online', 'confirmed'],
    ['queued online', view({ change: change(EDIT, { state: 'queued' }) }), 'online', 'saving'],
    ['queued offline', view({ change: change(EDIT, { state: 'queued' }) }), 'offline', 'waiting'],
    ['waiting', view({ change: change(EDIT) }), 'online', 'waiting'],
    ['retrying', view({ change: change(EDIT, { step: 'reading' }) }), 'offline', 'waiting'],
    [
      'writing after a retry',
      view({ change: change(EDIT, { step: 'writing' }) }),
      'online',
      'saving',
    ],
    [
      'sent for the first time',
      view({ change: change(EDIT, { state: 'queued', step: 'reading' }) }),
      'offline',
      'saving',
    ],
    ['paused', view({ change: change(EDIT, { state: 'paused' }) }), 'online', 'paused'],
    ['conflict', view({ change: change(EDIT, { state: 'conflict' }) }), 'online', 'conflict'],
    ['refused', view({ change: change(EDIT, { state: 'refused' }) }), 'online', 'refused'],
    [
      'stored differently',
      view({
        change: change(EDIT, {
          state: 'differs',
          failure: { code: 'profile.stored-differently' },
        }),
      }),
      'online',
      'stored-differently',
    ],
    [
      'a new change over an old confirmation',
      view({ confirmed, change: change(EDIT) }),
      'online',
      'waiting',
    ],
  ] as const)('is right for: %s', (_name, page, connection, kind) => {
    expect(outcomeOf(page, connection)).toBe(kind);
  });

  it('is Saving as soon as the button is pressed', () => {
    expect(outcomeOf(view({ confirmed }), 'online', true)).toBe('saving');
  });

  it('can be retried unless it needs a decision or another text, or is being saved', () => {
    const refused = change(EDIT, {
      state: 'refused',
      failure: { code: 'organization.forbidden' },
    });
    const clock = { ahead: (moment: number | null) => moment !== null && moment > NOW };
    const free = { isSavePaused: false, readOnly: null, clock };
    const paused = { ...free, isSavePaused: true };
    expect(canTryAgain('waiting', change(EDIT), free)).toBe(true);
    expect(canTryAgain('waiting', change(EDIT), paused)).toBe(false);
    expect(canTryAgain('refused', refused, free)).toBe(true);
    expect(canTryAgain('refused', refused, paused)).toBe(true);
    expect(canTryAgain('refused', { ...refused, failure: REFUSED_EMAIL }, free)).toBe(false);
    const readOnly = change(EDIT, { state: 'paused', failure: { code: 'sign-in.read-only' } });
    expect(canTryAgain('paused', readOnly, { ...free, readOnly: 'refused' })).toBe(true);
    expect(canTryAgain('paused', readOnly, { ...free, readOnly: 'chosen' })).toBe(false);
    const justSaved = change(EDIT, { failure: { code: 'profile.just-saved' } });
    expect(canTryAgain('waiting', justSaved, free)).toBe(false);
    const limited = (retryAt: number) =>
      change(EDIT, { failure: { code: 'cloudflare.rate-limited', retryAt } });
    expect(canTryAgain('waiting', limited(NOW + 1), free)).toBe(false);
    expect(canTryAgain('waiting', limited(NOW), free)).toBe(true);
    const differs = change(EDIT, { state: 'differs', remote: { ...SAVED, business_email: 'x' } });
    expect(canTryAgain('stored-differently', differs, free)).toBe(false);
    expect(canTryAgain('conflict', change(EDIT), free)).toBe(false);
    expect(canTryAgain('saving', change(EDIT), free)).toBe(false);
  });
});

describe('fields of an outcome', () => {
  it('that were stored differently are only fields that were sent', () => {
    const remote = {
      ...SAVED,
      business_email: 'RECEPTION@brightwater.example',
      business_name: 'B',
    };
    expect(fieldsStoredDifferently(change(EDIT, { remote }))).toEqual(['business_email']);
  });

  it.each([
    [null, true],
    ['waiting', true],
    ['confirmed', true],
    ['saving', false],
    ['conflict', false],
    ['stored-differently', false],
  ] as const)('that changed at Cloudflare are news while %s: %s', (kind, isNews) => {
    const news = { at: NOW, fields: ['business_phone' as const] };
    expect(changedElsewhere(kind, view({ changedElsewhere: news }))).toEqual(
      isNews ? ['business_phone'] : null,
    );
    expect(changedElsewhere(kind, view())).toBeNull();
    expect(changedElsewhere(kind, view({ changedElsewhere: { at: NOW, fields: [] } }))).toBeNull();
  });

  it('that were refused carry one message from Cloudflare each', () => {
    const error = (message: string, field: 'business_email' | null) => ({
      code: 1,
      message,
      field,
      link: null,
    });
    const refused = change(EDIT, {
      state: 'refused',
      failure: {
        code: 'profile.refused',
        errors: [
          error('general', null),
          error('first', 'business_email'),
          error('second', 'business_email'),
        ],
      },
    });
    expect(fieldNotices(refused).business_email?.message).toBe('first');
    expect(Object.keys(fieldNotices(refused))).toEqual(['business_email']);
  });
});

describe('the address lines', () => {
  it.each([
    ['12 Harbour Row\r\n\r\n London ', ['12 Harbour Row', 'London']],
    [
      '{"street":"12 Harbour Row","place":{"city":"London","code":149},"lines":["a",null]}',
      ['12 Harbour Row', 'London', '149', 'a'],
    ],
    ['{"street": "12 Harb', ['{"street": "12 Harb']],
    ['"just a text"', ['"just a text"']],
    ['', []],
  ])('of %j', (address, lines) => {
    expect(addressLines(address)).toEqual(lines);
  });

  it.each([
    ['FR', ['44000 Nantes', 'Pays de la Loire', 'FR']],
    ['us', ['Nantes, Pays de la Loire 44000', 'us']],
    ['GB', ['Nantes', 'Pays de la Loire', '44000', 'GB']],
    ['Canada', ['Nantes, Pays de la Loire 44000', 'Canada']],
    ['United States', ['Nantes, Pays de la Loire 44000', 'United States']],
    ['NZ', ['Nantes, Pays de la Loire 44000', 'NZ']],
    ['india', ['Nantes, Pays de la Loire 44000', 'india']],
    ['Singapore', ['Nantes, Pays de la Loire 44000', 'Singapore']],
    ['South Africa', ['Nantes', 'Pays de la Loire', '44000', 'South Africa']],
    ['United Kingdom', ['Nantes', 'Pays de la Loire', '44000', 'United Kingdom']],
    ['', ['Nantes, Pays de la Loire 44000']],
  ])('have the postal code beside its city as %s writes it', (country, place) => {
    const stored = { line1: '4 rue du Port', country, city: 'Nantes', zipcode: 44000 };
    const address = { ...stored, stateOrProvince: 'Pays de la Loire', line2: 'Bâtiment B' };
    expect(addressLines(JSON.stringify(address))).toEqual([
      '4 rue du Port',
      'Bâtiment B',
      ...place,
    ]);
  });

  it('have no commas or blanks for entries that are empty, and stay as they are without a city', () => {
    expect(
      addressLines('{"country":null,"zipcode":"10115","city":"Berlin","stateOrProvince":""}'),
    ).toEqual(['10115 Berlin']);
    expect(
      addressLines('{"city":"Reno","zipcode":"89501","country":"US","stateOrProvince":" "}'),
    ).toEqual(['Reno 89501', 'US']);
    expect(addressLines('{"country":"FR","zipcode":"","city":"Nantes"}')).toEqual(['FR', 'Nantes']);
  });

  it('lose no line of a city and add no comma to it', () => {
    expect(addressLines('{"city":"Nantes\\nCedex 2","zipcode":"44000","country":"FR"}')).toEqual([
      '44000 Nantes Cedex 2',
      'FR',
    ]);
  });

  it('of a city nested too deeply are the text of the address', () => {
    const address = `{"zipcode":"1","city":${'['.repeat(30)}"Lyon"${']'.repeat(30)}}`;
    expect(addressLines(address)).toEqual([address]);
  });

  it.each(['[', '{"a":'])('of JSON nested too deeply are its text: %s', (opening) => {
    const nested = (depth: number): string => {
      const closing = opening === '[' ? ']' : '}';
      return `{"a":${opening.repeat(depth)}"x"${closing.repeat(depth)}}`;
    };
    expect(addressLines(nested(20))).toEqual(['x']);
    for (const depth of [21, 100_000]) expect(addressLines(nested(depth))).toEqual([nested(depth)]);
  });

  it('are limited to the space of a letterhead', () => {
    expect(addressLines('x\n'.repeat(40))).toHaveLength(8);
  });
});

describe('an address that is stored as JSON', () => {
  const STORED = '{"line1":"12 Harbour Row","city":"Bristol"}';

  it('is read as its lines, and every other text as it is', () => {
    expect(readableText('business_address', STORED)).toBe('12 Harbour Row\nBristol');
    for (const text of ['  12 Harbour Row\r\n', '{"line1": ', '{}', '[1]'])
      expect(readableText('business_address', text)).toBe(text);
    expect(readableText('external_metadata', STORED)).toBe(STORED);
  });

  it('is shown as it is stored where its lines would hide what changes', () => {
    const read = (after: string) => readableTexts('business_address', STORED, after);
    expect(read('{"line1":"12 Harbour Row","city":"Bath"}')[1]).toBe('12 Harbour Row\nBath');
    expect(read('{"line1":"12 Harbour Row","city":"Bath","country":"GB"}')).toEqual([
      '12 Harbour Row\nBristol',
      '12 Harbour Row\nBath\nGB',
    ]);
    expect(read('')).toEqual(['12 Harbour Row\nBristol', '']);
    for (const after of [
      '12 Harbour Row\nBristol',
      STORED.replace(':', ': '),
      '{"street":"12 Harbour Row","city":"Bath"}',
      // Another text, which is JSON no longer.
      '12 Harbour Row\nBath',
      // The values changed places, too.
      '{"city":"12 Harbour Row","line1":"Bath"}',
      '{"line1":"12 Harbour Row ","city":"Bath"}',
      '{"line1":"12 Harbour Row","city":"Bath","country":null}',
    ])
      expect(read(after)).toEqual([STORED, after]);
    for (const [before, after] of [
      ['{"to":{"line1":"12 Harbour Row"},"city":"Bath"}', '{"to":{"name":"12"},"city":"Bristol"}'],
      ['{"city":"Bath","home":true}', '{"city":"Bristol","home":false}'],
      ['{"city":"Bath","code":1}', '{"city":"Bristol","code":"2"}'],
      // Too deep to be lines, and for the stack.
      [STORED, `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
      [
        `{"a":${'['.repeat(100_000)}1${']'.repeat(100_000)}}`,
        `{"a":${'['.repeat(100_000)}2${']'.repeat(100_000)}}`,
      ],
    ] as const)
      expect(readableTexts('business_address', before, after)).toEqual([before, after]);
  });

  it('is shown as its lines if it is as it was, or a line was added to it', () => {
    expect(readableTexts('business_address', STORED, STORED)[0]).toBe('12 Harbour Row\nBristol');
    expect(
      readableTexts('business_address', '{"line1":"A","line2":null}', '{"line1":"A","line2":"B"}'),
    ).toEqual(['A', 'A\nB']);
  });
});
