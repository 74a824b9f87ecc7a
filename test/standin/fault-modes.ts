/** The names of all faults, and which of them only apply to a PUT. */

/**
 * Unless its name says `put`, a fault occurs before the request takes effect.
 * - `put-reply-lost`, `put-reply-stalled`, `put-applied-502`: the PUT is applied, but the client gets no success.
 * - `validation-error`: a PUT refused with `source.pointer`.
 * - `stores-differently`: the PUT succeeds but stores a different `business_phone`.
 * - `success-messages`: success with `messages` that contain a `documentation_url` (a PUT gets 200 and JSON).
 * - `odd-errors-*`: `errors` that violate the schema.
 * - `*-problem*`: a problem as in RFC 9457 for those who accept JSON, and a page for others.
 * - `403-10000-forbidden`: 10000 as in the changelog of 2026-08-21, with its `documentation_url`.
 */
export const faultModes = [
  '502-branded-html',
  '502-nginx-html',
  '503-text',
  '504-text',
  '500-empty',
  '520-html',
  '525-html',
  '502-problem',
  '403-problem-1020',
  '200-html',
  '200-portal-html',
  '200-success-false',
  '200-result-null',
  'truncated-json',
  'cut-body',
  'stalled-body',
  'stalled-headers',
  'reset',
  'redirect-307',
  'put-reply-lost',
  'put-reply-stalled',
  'put-applied-502',
  '429-retry-300',
  '429-retry-1',
  '429-retry-0',
  '429-no-retry',
  '403-9103',
  '403-10000',
  '403-10000-forbidden',
  '403-9109',
  '400-6003',
  '400-9106',
  'validation-error',
  'odd-errors-object',
  'odd-errors-entries',
  'stores-differently',
  'success-messages',
] as const;
export type FaultMode = (typeof faultModes)[number];

/** Faults that only apply to a PUT; other requests ignore them. */
export const putOnly: ReadonlySet<FaultMode> = new Set<FaultMode>([
  'put-reply-lost',
  'put-reply-stalled',
  'put-applied-502',
  'validation-error',
  'stores-differently',
]);

/** Faults whose answer never ends: the client needs a time limit. */
export const neverEnding: ReadonlySet<FaultMode> = new Set<FaultMode>([
  'stalled-body',
  'stalled-headers',
  'put-reply-stalled',
]);
