/** Lines that protect the texts of a profile: only typed text is stored, and a missing field never counts as empty. */

/** @type {readonly import('./list.mjs').Mutation[]} */
export const TEXTS = [
  {
    point: 'texts',
    file: 'src/shared/patch.ts',
    text: 'v.strictObject({ base: v.nullable(v.string()), text: v.string() })',
    to: 'v.object({ base: v.nullable(v.string()), text: v.string(), job: v.optional(v.string()) })',
    test: 'test/unit/gate/patches.test.ts',
  },
  {
    point: 'texts',
    file: 'src/shared/patch.ts',
    text: 'return v.strictObject({\n    business_name',
    to: 'return v.object({\n    business_name',
    test: 'test/unit/gate/patches.test.ts',
  },
  {
    point: 'texts',
    file: 'src/shared/contract/schemas.ts',
    text: 'v.pipe(v.number(), v.safeInteger(), v.minValue(0))',
    to: 'v.pipe(v.number(), v.minValue(0))',
    test: 'test/unit/gate/patches.test.ts',
  },
  {
    point: 'texts',
    file: 'src/main/changes/handlers.ts',
    text: "unsendable(typed.edits[field]?.text ?? '')",
    to: "unsendable(typed.edits[field] ? '' : '')",
    test: 'test/unit/gate/texts.test.ts',
  },
  {
    point: 'texts',
    file: 'src/main/cloudflare/responses.ts',
    text: 'FIELD_NAMES.filter((field) => !(field in all))',
    to: 'FIELD_NAMES.filter((field) => all[field] === null)',
    test: 'test/unit/cloudflare/responses.test.ts',
  },
  {
    point: 'texts',
    file: 'src/main/sync/fetch-profile.ts',
    text: "if (lacksText.value) return failed('cloudflare.unreadable');",
    to: '',
    test: 'test/unit/cloudflare/missing-fields.test.ts',
  },
  {
    point: 'texts',
    file: 'src/main/background-check/list-pass.ts',
    text: ' || (profile.missing ?? []).length > 0',
    to: '',
    test: 'test/unit/background-check/run.test.ts',
  },
];
